// Wipes what somebody left on a tablet at a counter.
(function () {
  'use strict';
  var form = document.getElementById('sheet');
  var idle = form && parseInt(form.getAttribute('data-idle'), 10);
  if (!idle || !window.Event) return;
  var button = form.querySelector('button');
  var timer = null;

  function wipe() {
    if (button.disabled) return touched(); // an answer is under way: it must not be lost
    var home = form.getAttribute('data-home');
    if (form.hasAttribute('data-mending') || form.elements.lang.value !== 'vi') return location.replace(home);
    form.reset();
    form.dispatchEvent(new Event('change'));
    window.scrollTo(0, 0);
  }
  function touched() {
    clearTimeout(timer);
    timer = setTimeout(wipe, idle * 1000);
  }
  ['touchstart', 'mousedown', 'keydown', 'scroll'].forEach(function (name) { document.addEventListener(name, touched, { passive: true }); });
  if (form.hasAttribute('data-mending') || form.elements.lang.value !== 'vi') touched();
})();

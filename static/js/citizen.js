// Makes the form kinder where scripts run; without it everything still works.
// Old syntax on purpose: old phones.
(function () {
  'use strict';
  var form = document.getElementById('sheet');
  if (!form || !form.querySelectorAll) return;
  form.className = 'scripted mending'; // conditions are handled here, not by the style sheet
  var status = document.getElementById('status');
  var button = form.querySelector('button');

  function each(list, visit) { Array.prototype.forEach.call(list, visit); }

  // Shows a question only while its condition is met, and sends no answer to a
  // question that is not shown.
  function update() {
    each(form.querySelectorAll('[data-asked-by]'), function (question) {
      var chosen = form.querySelector('input[name="' + question.getAttribute('data-asked-by') + '"]:checked');
      var shown = !!chosen && question.getAttribute('data-values').split(' ').indexOf(chosen.value) >= 0;
      question.hidden = !shown;
      each(question.querySelectorAll('input,textarea'), function (field) { field.disabled = !shown; });
    });
  }
  // The form in another language is another page, which takes the place of this
  // one, so that no filled form stays behind it. What was chosen goes along in
  // the tab's own memory and is taken out of it on arrival; never on a tablet
  // at a counter, where somebody else may arrive.
  var carried = 'sheet ' + location.pathname;
  function carry() {
    var values = [];
    each(form.querySelectorAll('.q input:checked,.q textarea,.q select'), function (field) {
      if (field.value) values.push([field.name, field.value]);
    });
    try { sessionStorage.setItem(carried, JSON.stringify(values)); } catch (refused) { /* the form is empty, then */ }
  }
  function unpack() {
    var values = [];
    try {
      values = JSON.parse(sessionStorage.getItem(carried)) || [];
      sessionStorage.removeItem(carried);
    } catch (refused) { return; }
    values.forEach(function (value) {
      each(form.elements, function (field) {
        if (field.name !== value[0]) return;
        if (field.type !== 'radio' && field.type !== 'checkbox') field.value = value[1];
        else if (field.value === value[1]) field.checked = true;
      });
    });
  }
  var shared = form.hasAttribute('data-home');
  function change(event) {
    if (!shared) carry();
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return; // into another tab
    event.preventDefault();
    location.replace(event.currentTarget.href);
  }
  each(document.querySelectorAll('.languages a'), function (link) { link.addEventListener('click', change); });
  if (!shared) unpack();

  form.addEventListener('change', update);
  window.addEventListener('pageshow', function () { button.disabled = false; update(); });
  update();

  // A second tap on a chosen answer takes it back, so that skipping stays
  // possible. It may hit the answer's label, which would choose it again.
  var chosenBefore = null;
  function radioAt(place) {
    for (; place && place !== form; place = place.parentNode) {
      var field = place.htmlFor ? document.getElementById(place.htmlFor) : place;
      if (field && field.type === 'radio') return field;
    }
    return null;
  }
  form.addEventListener('mousedown', remember);
  form.addEventListener('touchstart', remember, { passive: true });
  function remember(event) {
    var input = radioAt(event.target);
    chosenBefore = input && input.checked ? input : null;
  }
  form.addEventListener('click', function (event) {
    var input = radioAt(event.target);
    if (input && input === chosenBefore && event.detail > 0) {
      if (event.target !== input) event.preventDefault();
      input.checked = false;
      update();
    }
  });

  // What has to be answered is asked for in the form's own words and language,
  // where the question stands.
  function answered(question) {
    var text = question.querySelector('textarea');
    return question.hidden || (text ? /\S/.test(text.value) : !!question.querySelector('input:checked'));
  }
  function askFor(question) {
    var fault = question.querySelector('.fault');
    if (!fault) {
      fault = document.createElement('p');
      fault.className = 'fault';
      fault.setAttribute('role', 'alert');
      question.insertBefore(fault, question.querySelector('legend + *') || question.firstChild);
    }
    fault.textContent = form.getAttribute('data-missing');
  }
  function missing() {
    var blank = Array.prototype.filter.call(form.querySelectorAll('[data-required]'), function (question) { return !answered(question); });
    blank.forEach(askFor);
    if (blank.length) {
      blank[0].querySelector('input,textarea').focus();
      blank[0].scrollIntoView();
    }
    return blank.length > 0;
  }
  // Takes back what was said of a question that is answered now, or of all.
  function settle(all) {
    each(form.querySelectorAll('.fault[role]'), function (fault) {
      if (all || answered(fault.parentNode)) fault.parentNode.removeChild(fault);
    });
  }
  form.addEventListener('change', function () { settle(false); });
  form.addEventListener('reset', function () { settle(true); });

  if (!window.fetch || !window.FormData || !window.URLSearchParams) return;

  // Sends again by itself until the answer is safe. The hidden key makes
  // repeating harmless.
  var wait = 2;
  function send(body) {
    var aborter = window.AbortController ? new AbortController() : null;
    var timer = setTimeout(function () { if (aborter) aborter.abort(); }, 15000);
    fetch(form.action, {
      method: 'POST', body: body, credentials: 'same-origin', signal: aborter ? aborter.signal : undefined,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' }
    }).then(function (reply) {
      clearTimeout(timer);
      if (reply.ok) return location.replace(reply.url);
      if (reply.status === 429 || reply.status === 503) {
        return retry(body, parseInt(reply.headers.get('Retry-After'), 10) || wait, reply.status === 429 ? 'data-crowded' : 'data-retry');
      }
      form.submit(); // the server's page says what to mend
    }).catch(function () { clearTimeout(timer); retry(body, wait, 'data-retry'); });
  }
  function retry(body, seconds, why) {
    status.textContent = form.getAttribute(why);
    wait = Math.min(wait * 2, 30);
    setTimeout(function () { send(body); }, Math.min(seconds, 60) * 1000);
  }
  form.noValidate = true;
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    if (button.disabled || missing()) return;
    button.disabled = true;
    status.textContent = form.getAttribute('data-sending');
    send(new URLSearchParams(new FormData(form)).toString());
  });
})();

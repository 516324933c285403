// Draws a chart into every element with a data-chart attribute, which is the
// address of the chart's JSON. The options say what is drawn; this file says
// how it lies on this screen: the colours and fonts of the page, the room for
// labels, the height. It knows the series by the first word of their ids.
// The table beside a chart holds the same data, so nothing is lost without it.
//
// Expects: ECharts as window.echarts; on the element data-chart and data-error
// (the sentence to show when the chart cannot be had); where not all rows are
// drawn at first, data-first (how many) and data-more (what asks for the rest).
// Sets data-drawn="true" once the picture is complete.
(() => {
  "use strict";

  const narrow = 640; // px: below, labels stand above their bars
  const labelGap = 4; // px between a label and its bar
  const maxLabelLines = 3;

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  const contrast = matchMedia("(prefers-contrast: more)");

  // Look: what the page's style sheet says, resolved to plain values.

  function lookOf(stage) {
    const colour = (token, fallback) => {
      stage.style.color = `var(${token}, ${fallback})`;
      return getComputedStyle(stage).color;
    };
    const look = {
      ink: colour("--ink", "#1b1f24"),
      muted: colour("--muted", "#667080"),
      line: colour("--line", "#e4e7eb"),
      surface: colour("--surface", "#ffffff"),
      accent: colour("--accent", "#0b6e83"),
    };
    stage.style.color = "";
    const style = getComputedStyle(stage);
    const size = Math.max(12, Math.round(parseFloat(style.fontSize) * 0.8125));
    return { ...look, family: style.fontFamily, size, lineHeight: Math.round(size * 1.4) };
  }

  function themeOf(look) {
    const text = { color: look.ink, fontFamily: look.family, fontSize: look.size };
    const axis = {
      axisLine: { show: false, lineStyle: { color: look.muted } },
      axisTick: { show: false },
      axisLabel: { ...text, color: look.muted },
      splitLine: { lineStyle: { color: look.line } },
    };
    return {
      color: [look.accent],
      textStyle: text,
      legend: { textStyle: text, itemGap: 14, padding: [4, 0] },
      tooltip: { backgroundColor: look.surface, borderColor: look.line, textStyle: text },
      valueAxis: axis,
      categoryAxis: { ...axis, splitLine: { show: false } },
    };
  }

  // paints gives each role the colours of the page. Levels keep their own.
  const paints = {
    index: (look) => ({ itemStyle: { color: look.accent }, lineStyle: { color: look.accent } }),
    rest: (look) => ({ itemStyle: { color: look.line }, label: { color: look.ink } }),
    interval: (look) => ({ itemStyle: { color: look.ink, borderColor: look.surface, borderWidth: 1 } }),
    band: (look) => ({ itemStyle: { color: look.accent }, areaStyle: { color: look.accent } }),
    change: (look) => ({ markLine: { silent: true, lineStyle: { color: look.muted }, label: { color: look.muted } } }),
    count: (look) => ({ itemStyle: { color: look.accent }, label: { color: look.ink } }),
    responses: (look) => ({ itemStyle: { color: look.muted } }),
    hover: (look) => ({ emphasis: { itemStyle: { color: look.line } } }),
    level: (look) => ({ itemStyle: { borderColor: look.surface, borderWidth: 1 } }),
  };

  const roleOf = (series) => series.id.split("-")[0];

  function paint(options, look) {
    for (const series of options.series) {
      series.cursor = "default";
      const paintOf = paints[roleOf(series)];
      if (paintOf) merge(series, paintOf(look));
    }
  }

  // pattern tells the levels apart by more than colour and place, for who asks
  // for more contrast. The numbers get a rim, so that they stay readable.
  function pattern(options) {
    const isLevel = (series) => roleOf(series) === "level";
    if (!options.series.some(isLevel)) return;
    options.aria.decal = { show: true };
    for (const series of options.series) {
      if (isLevel(series)) merge(series, { label: { textBorderColor: series.itemStyle.color, textBorderWidth: 4 } });
      else merge(series, { itemStyle: { decal: { color: "transparent" } } });
    }
  }

  function merge(into, from) {
    for (const [key, value] of Object.entries(from)) {
      if (value && typeof value === "object") merge((into[key] ??= {}), value);
      else into[key] = value;
    }
  }

  // Text: measured as it will be drawn.

  const pen = document.createElement("canvas").getContext("2d");

  function widthOf(text, look) {
    pen.font = `${look.size}px ${look.family}`;
    return pen.measureText(text).width;
  }

  function wrap(text, width, look) {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
      if (lines.at(-1) && widthOf(longer, look) > width) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    if (lines.length <= maxLabelLines) return lines;
    return [...lines.slice(0, maxLabelLines - 1), `${lines[maxLabelLines - 1]} …`];
  }

  // legendHeight lays the entries out in lines, as ECharts will.
  function legendHeight(legend, width, look) {
    if (!legend?.data?.length) return 0;
    let lines = 1;
    let x = 0;
    for (const entry of legend.data) {
      const needed = legend.itemWidth + 5 + widthOf(entry, look);
      if (x > 0 && x + needed > width) {
        lines++;
        x = 0;
      }
      x += needed + 14;
    }
    return lines * (look.lineHeight + 10);
  }

  // cut keeps the first rows of a picture that has a row for each category.
  function cut(options, rows) {
    for (const axis of options.yAxis) axis.data = axis.data?.slice(0, rows);
    for (const series of options.series) series.data = series.data.slice(0, rows);
  }

  // Layout: each returns the height of the picture in pixels.

  function layOut(options, width, look) {
    const head = legendHeight(options.legend, width, look) + 8;
    const lay = options.yAxis[0].type === "category" ? layRows : layMonths;
    return lay(options, width, head, look);
  }

  function layMonths(options, width, head, look) {
    const changed = options.series.some((series) => series.markLine);
    const top = head + (changed ? look.lineHeight : 0);
    options.grid[0].top = top;
    const numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
    options.yAxis[1].axisLabel = { formatter: (value) => numbers.format(value) };
    return top + (width < narrow ? 290 : 330);
  }

  function layRows(options, width, head, look) {
    const axis = options.yAxis[0];
    const grid = options.grid[0];
    const named = axis.data.some((text) => text);
    const above = named && width < narrow;
    grid.right = roomForValues(options, look);
    const room = above ? width - 12 : Math.min(width * 0.4, 440);
    const labels = axis.data.map((text) => wrap(text, room, look));
    const lines = Math.max(1, ...labels.map((label) => label.length));
    const block = named ? lines * look.lineHeight : 0;
    const bar = parseInt(options.series[0].barWidth, 10);
    const rowHeight = (above ? labelsAbove : labelsBeside)(options, labels, block, bar, look);
    const foot = options.xAxis.some((scale) => scale.show !== false) ? look.lineHeight + 12 : 4;
    grid.top = head - (above ? bar - labelGap : 0); // the first row begins with a gap
    return grid.top + labels.length * rowHeight + foot;
  }

  // roomForValues fits the numbers that stand to the right of their bars.
  function roomForValues(options, look) {
    const labels = options.series.flatMap((series) => series.data.map((item) => item.label));
    const values = labels.filter((label) => label?.position === "right");
    return Math.max(0, ...values.map((label) => widthOf(label.formatter, look) + 12));
  }

  function labelsBeside(options, labels, block, bar, look) {
    const axis = options.yAxis[0];
    axis.data = labels.map((label) => label.join("\n"));
    const show = labels.some((label) => label[0]);
    axis.axisLabel = { show, interval: 0, color: look.ink, lineHeight: look.lineHeight, margin: 12 };
    return Math.max(block, bar) + 14;
  }

  // labelsAbove puts the label on the middle of its row and moves the bars
  // below it: an empty bar that comes first takes the place above them.
  function labelsAbove(options, labels, block, bar, look) {
    const lines = Math.round(block / look.lineHeight);
    const axis = options.yAxis[0];
    axis.data = labels.map((label) => "\n".repeat(lines - label.length) + label.join("\n"));
    axis.axisLabel = {
      interval: 0,
      color: look.ink,
      backgroundColor: look.surface,
      lineHeight: look.lineHeight,
      inside: true,
      margin: 0,
      align: "left",
      verticalAlign: "middle",
    };
    for (const scale of options.xAxis) scale.splitLine = { show: false };
    const push = block + bar + 2 * labelGap;
    const pushers = options.yAxis.map((_, i) => ({ type: "bar", yAxisIndex: i, barWidth: push, barGap: "0%", data: [] }));
    options.series = [...pushers, ...options.series];
    return block + 2 * (labelGap + bar);
  }

  // Drawing.

  class Picture {
    constructor(element, options) {
      this.element = element;
      this.options = options;
      this.stage = document.createElement("div");
      element.append(this.stage);
      this.first = Number(element.dataset.first) || 0;
      if (this.first) this.offerMore();
      new ResizeObserver(() => this.resized()).observe(element);
      for (const query of [dark, contrast]) query.addEventListener("change", () => this.draw());
    }

    // offerMore adds what shows the rows that are left out at first.
    offerMore() {
      const more = document.createElement("button");
      more.type = "button";
      more.className = "plain";
      more.textContent = this.element.dataset.more;
      more.addEventListener("click", () => {
        this.first = 0;
        more.remove();
        this.draw();
      });
      this.element.after(more);
    }

    resized() {
      const width = this.stage.clientWidth;
      if (width > 0 && width !== this.width) this.draw();
    }

    draw() {
      this.width = this.stage.clientWidth;
      if (!this.width) return;
      const look = lookOf(this.stage);
      const options = structuredClone(this.options);
      if (this.first) cut(options, this.first);
      paint(options, look);
      options.animation = !this.chart && !stillness.matches;
      if (contrast.matches) pattern(options);
      this.stage.style.height = `${layOut(options, this.width, look)}px`;
      this.chart?.dispose();
      this.chart = echarts.init(this.stage, themeOf(look), { renderer: "canvas" });
      this.chart.on("finished", () => (this.element.dataset.drawn = "true"));
      this.chart.setOption(options);
    }
  }

  async function load(element) {
    try {
      await document.fonts.ready;
      const answer = await fetch(element.dataset.chart, {
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(`${element.dataset.chart}: ${answer.status}`);
      const { options } = await answer.json();
      if (!window.echarts) throw new Error("ECharts is missing");
      new Picture(element, options);
    } catch (error) {
      console.error(error);
      apologise(element);
    }
  }

  function apologise(element) {
    const sentence = document.createElement("p");
    sentence.textContent = element.dataset.error;
    element.removeAttribute("role"); // what an image contains is not read aloud
    element.append(sentence);
  }

  document.querySelectorAll("[data-chart]").forEach(load);
})();

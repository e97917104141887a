// Draws what the tables beside the charts say: the numbers come as JSON in the page, the colours from its tokens.
(() => {
  "use strict";
  const drawn = new Map(); // element -> { chart, data }
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 30rem)");

  const palette = () => {
    const color = window.Amends.color;
    return {
      ink: color("--ink"), soft: color("--ink-soft"), line: color("--line"), surface: color("--surface"), strong: color("--line-strong"),
      accent: color("--accent-ink"), tint: color("--accent-tint"), band: color("--accent-line"), info: color("--info-ink"),
      promoter: color("--promoter"), passive: color("--passive"), detractor: color("--detractor"),
    };
  };
  const signed = (value) => (value > 0 ? "+" : value < 0 ? "−" : "") + Math.abs(value).toFixed(1);
  const count = (n) => n.toLocaleString(document.documentElement.lang || "en");

  const base = (c, title) => ({
    animation: !reduced.matches,
    animationDuration: 300,
    aria: { enabled: true, label: { general: { withTitle: "{title}", withoutTitle: title } }, decal: { show: false } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: c.ink },
    // Rich text: the usual tooltip is HTML with inline styles, which the page's security policy forbids.
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: c.surface, borderColor: c.strong, borderWidth: 1,
      textStyle: { color: c.ink, fontSize: 13, lineHeight: 19 }, padding: [8, 12],
    },
  });
  const valueAxis = (c, more) => ({
    type: "value", axisLabel: { color: c.soft, fontSize: 12 }, splitLine: { lineStyle: { color: c.line } }, axisLine: { show: false },
    axisTick: { show: false }, ...more,
  });
  const nameAxis = (c, labels, more) => ({
    type: "category", data: labels, axisLabel: { color: c.soft, fontSize: 12, hideOverlap: true }, axisLine: { lineStyle: { color: c.strong } },
    axisTick: { show: false }, ...more,
  });
  // A figure in the units of its metric: points unless the numbers say otherwise.
  const say = (value, scale) => (!scale || scale.signed ? signed(value) : value.toFixed(scale.digits) + (scale.suffix || ""));
  const ownReach = ({ low, high, scale }) => {
    const known = [...low, ...high].filter((value) => value !== null);
    if (!known.length) return { min: scale.least, max: scale.most };
    const min = Math.floor(Math.min(...known) / scale.step) * scale.step;
    const max = Math.ceil(Math.max(...known) / scale.step) * scale.step;
    return { min: Math.max(scale.least, scale.signed ? Math.min(0, min) : min), max: Math.min(scale.most, Math.max(max, min + scale.step)) };
  };
  // Room for the data and its margin, on round numbers, never beyond what an NPS can be.
  const reach = (data) => {
    if (data.scale) return ownReach(data);
    const known = [...data.low, ...data.high, ...(data.after || [])].filter((value) => value !== null && value !== undefined);
    if (!known.length) return { min: -100, max: 100 };
    const round = (value, up) => (up ? Math.ceil(value / 20) : Math.floor(value / 20)) * 20;
    return { min: Math.max(-100, Math.min(0, round(Math.min(...known), false))), max: Math.min(100, Math.max(0, round(Math.max(...known), true))) };
  };

  const trend = (data, c) => {
    const words = data.words;
    const span = data.high.map((high, i) => (high === null ? null : high - data.low[i]));
    const lonely = (values) => (value, { dataIndex: i }) => (values[i - 1] == null && values[i + 1] == null ? 8 : values.length > 40 ? 0 : 6);
    const band = { type: "line", stack: "band", stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, emphasis: { disabled: true } };
    const series = [
      { ...band, name: "low", data: data.low },
      { ...band, name: words.band, data: span, areaStyle: { color: c.tint, opacity: 1 }, itemStyle: { color: c.tint, borderColor: c.band, borderWidth: 1 } },
      {
        name: words.nps, type: "line", data: data.nps, symbol: "circle", symbolSize: lonely(data.nps), lineStyle: { width: 2.5, color: c.accent },
        itemStyle: { color: c.accent }, z: 5,
      },
    ];
    if (data.after.length) {
      series.push({
        name: words.after, type: "line", data: data.after, symbol: "diamond", symbolSize: 9, connectNulls: false,
        lineStyle: { width: 2, type: "dashed", color: c.info }, itemStyle: { color: c.info }, z: 4,
      });
    }
    const legend = [words.nps, { name: words.band, icon: "roundRect" }, ...(data.after.length ? [words.after] : [])];
    return {
      ...base(c, words.title),
      grid: { left: 8, right: 30, top: narrow.matches && data.after.length ? 68 : 36, bottom: 14, containLabel: true }, // the legend takes two lines
      legend: { data: legend, top: 0, left: 0, itemGap: 18, textStyle: { color: c.soft, fontSize: 12 }, selectedMode: false },
      xAxis: nameAxis(c, data.labels, { boundaryGap: false, axisLine: { onZero: false, lineStyle: { color: c.strong } } }),
      yAxis: valueAxis(c, reach(data)),
      series,
      tooltip: {
        ...base(c).tooltip,
        axisPointer: { lineStyle: { color: c.strong } },
        formatter: (points) => {
          const i = points[0].dataIndex;
          const lines = [data.names[i]];
          if (data.nps[i] === null) lines.push(`${words.nps}: ${words.none}`);
          else {
            lines.push(`${words.nps} ${say(data.nps[i], data.scale)} (${say(data.low[i], data.scale)} … ${say(data.high[i], data.scale)})`);
            lines.push(`${count(data.n[i])} ${words.answers}${data.few[i] ? `, ${words.few}` : ""}`);
          }
          if (data.after.length && data.after[i] !== null) lines.push(`${words.after} ${signed(data.after[i])}, ${count(data.afterN[i])} ${words.answers}`);
          return lines.join("\n");
        },
      },
    };
  };

  const distribution = (data, c) => ({
    ...base(c, data.words.title),
    grid: { left: 4, right: 4, top: 20, bottom: 26 },
    xAxis: nameAxis(c, data.labels, { axisLabel: { color: c.ink, fontSize: 13, fontWeight: 600, interval: 0 } }),
    yAxis: valueAxis(c, { show: false }),
    series: [{
      type: "bar", barCategoryGap: "18%", cursor: "pointer",
      data: data.counts.map((n, i) => ({ value: n, itemStyle: { color: c[data.segments[i]], borderRadius: [3, 3, 0, 0] } })),
      label: { show: true, position: "top", color: c.soft, fontSize: 11, formatter: ({ dataIndex: i }) => (data.counts[i] ? `${Math.round(data.shares[i])} %` : "") },
    }],
    tooltip: { ...base(c).tooltip, axisPointer: { type: "none" }, formatter: ([{ dataIndex: i }]) => `${data.labels[i]}: ${count(data.counts[i])} ${data.words.answers} (${data.shares[i]} %)` },
  });

  const bars = (data, c) => {
    const order = data.labels.map((_, i) => i).reverse(); // the first value on top
    const of = (values) => order.map((i) => values[i]);
    const whisker = (_params, api) => {
      const low = api.coord([api.value(1), api.value(0)]);
      const high = api.coord([api.value(2), api.value(0)]);
      const style = { stroke: c.ink, lineWidth: 1.5, fill: null };
      const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
      return { type: "group", children: [line(low[0], low[1], high[0], high[1]), line(low[0], low[1] - 4, low[0], low[1] + 4), line(high[0], high[1] - 4, high[0], high[1] + 4)] };
    };
    return {
      ...base(c, data.words.title),
      grid: { left: 4, right: 20, top: 4, bottom: 14, containLabel: true },
      xAxis: valueAxis(c, { ...reach(data), splitNumber: 4 }),
      yAxis: nameAxis(c, of(data.labels), { axisLabel: { color: c.ink, fontSize: 12, width: 120, overflow: "truncate" }, axisLine: { onZero: false, show: false } }),
      series: [
        {
          name: data.words.nps, type: "bar", barMaxWidth: 16, cursor: "pointer",
          data: order.map((i) => ({ value: data.nps[i], itemStyle: { color: data.nps[i] < 0 ? c.detractor : c.promoter, borderRadius: 3, opacity: data.n[i] < 30 ? 0.5 : 1 } })),
        },
        { type: "custom", renderItem: whisker, encode: { x: [1, 2], y: 0 }, data: order.map((i, place) => [place, data.low[i], data.high[i]]), silent: true, z: 10 },
      ],
      tooltip: {
        ...base(c).tooltip, axisPointer: { type: "none" },
        formatter: (points) => {
          const i = order[points[0].dataIndex];
          const few = data.n[i] < 30 ? `, ${data.words.few}` : "";
          return `${data.labels[i]}\n${data.words.nps} ${signed(data.nps[i])} (${signed(data.low[i])} … ${signed(data.high[i])})\n${count(data.n[i])} ${data.words.answers}${few}`;
        },
      },
      opens: of(data.links),
    };
  };

  // Counts by day: those of the window stand out, a line says what is usual.
  const columns = (data, c) => ({
    ...base(c, data.words.title),
    grid: { left: 4, right: 12, top: 14, bottom: 4, containLabel: true },
    xAxis: nameAxis(c, data.labels),
    yAxis: valueAxis(c, { minInterval: 1 }),
    series: [{
      type: "bar", barCategoryGap: "15%", data: data.counts.map((n, i) => ({ value: n, itemStyle: { color: i >= data.from ? c.detractor : c.strong, borderRadius: [2, 2, 0, 0] } })),
      markLine: { silent: true, symbol: "none", lineStyle: { color: c.soft, type: "dashed" }, label: { show: false }, data: [{ yAxis: data.usual }] },
    }],
    tooltip: { ...base(c).tooltip, axisPointer: { type: "none" }, formatter: ([{ dataIndex: i }]) => `${data.names[i]}: ${count(data.counts[i])} ${data.words.counted}` },
  });

  // One line, or several, over time: gaps stay gaps, small groups are hollow.
  const lines = (data, c) => ({
    ...base(c, data.words.title),
    grid: { left: data.whole ? 16 : 4, right: 30, top: data.series.length > 1 ? 30 : 12, bottom: 4, containLabel: true },
    ...(data.series.length > 1 ? { legend: { top: 0, left: 0, itemGap: 18, textStyle: { color: c.soft, fontSize: 12 }, selectedMode: false } } : {}),
    xAxis: nameAxis(c, data.labels, { boundaryGap: false }),
    yAxis: valueAxis(c, { min: data.least ?? 0, ...(data.whole ? { minInterval: 1 } : {}), ...(data.most === undefined ? {} : { max: data.most }), axisLabel: { color: c.soft, fontSize: 12, formatter: (value) => `${value}${data.unit ? ` ${data.unit}` : ""}` } }),
    series: data.series.map((one, place) => ({
      name: one.name, type: "line", symbol: "circle", symbolSize: 7, lineStyle: { width: place ? 1.75 : 2.5, type: place ? "dashed" : "solid", color: place ? c.info : c.accent },
      itemStyle: { color: place ? c.info : c.accent },
      data: one.values.map((value, i) => ({ value, itemStyle: data.few[i] ? { color: c.surface, borderColor: c.soft, borderWidth: 1.5 } : {} })),
    })),
    tooltip: {
      ...base(c).tooltip, axisPointer: { lineStyle: { color: c.strong } },
      formatter: (points) => {
        const i = points[0].dataIndex;
        return [data.names[i], ...data.series.map((one) => `${one.name}: ${one.said[i]}`), `${count(data.n[i])} ${data.words.counted}${data.few[i] ? `, ${data.words.few}` : ""}`].join("\n");
      },
    },
  });

  const makers = { trend, distribution, bars, columns, lines };
  const paint = (element) => {
    const entry = drawn.get(element);
    const { opens, ...options } = makers[element.dataset.chart](entry.data, palette());
    entry.links = opens || entry.data.links;
    entry.chart.setOption(options, true);
  };
  const draw = (root) => {
    for (const element of root.querySelectorAll("[data-chart]")) {
      // A part fetched later carries its numbers on the element: script elements are not let in with it.
      const numbers = element.dataset.numbers || document.getElementById(element.dataset.source)?.textContent;
      if (drawn.has(element) || !numbers || !window.echarts) continue;
      const chart = window.echarts.init(element, null, { renderer: "svg" });
      drawn.set(element, { chart, data: JSON.parse(numbers), links: [] });
      paint(element);
      chart.on("click", ({ dataIndex }) => {
        const link = drawn.get(element).links[dataIndex];
        if (link) location.assign(link);
      });
      new ResizeObserver(() => chart.resize()).observe(element);
    }
  };
  const repaint = () => drawn.forEach((_entry, element) => paint(element));

  document.addEventListener("DOMContentLoaded", () => {
    draw(document);
    for (const form of document.querySelectorAll("form[data-autosubmit]")) {
      form.querySelector(".board-selects")?.classList.add("is-live");
      form.addEventListener("change", (event) => {
        if (event.target.tagName === "SELECT") form.requestSubmit(form.querySelector(".board-selects button"));
      });
    }
  });
  document.addEventListener("htmx:afterSettle", () => draw(document));
  document.addEventListener("amends:theme", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
})();

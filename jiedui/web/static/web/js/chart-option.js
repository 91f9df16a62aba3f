/* Pure: from our chart data and the page's colours to ECharts' option. No DOM. */

const ORDER = ["jade", "giver", "receiver", "ink-2"];
// Teaching is hatched upwards, enabling dotted; what leans to the other side is of the same hue.
const LEANS = { teach: -Math.PI / 4, "teach-local": Math.PI / 4 };
const MARKS = ["circle", "rect", "triangle", "diamond"];

/** A number for a tip or an axis: thousands apart, no idle noughts. */
export function amount(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return value.toLocaleString("en", { maximumFractionDigits: 2 }).replace("-", "−");
}

function decal(tone, paper) {
  const dots = tone === "enable";
  if (!dots && !(tone in LEANS)) return { symbol: "none" };
  return {
    symbol: dots ? "circle" : "rect",
    symbolSize: dots ? 0.5 : 1,
    color: paper,
    dashArrayX: dots ? [[4, 4], [0, 4, 4, 0]] : [1, 0],
    dashArrayY: dots ? [4, 0] : tone === "teach" ? [1.5, 4] : [3.5, 3],
    rotation: dots ? 0 : LEANS[tone],
  };
}

export function option(data, color, font, width = 640) {
  const narrow = width < 480;
  const bars = data.kind !== "line";
  const quiet = { color: color["ink-2"], fontSize: 13, fontFamily: font };
  return {
    animation: false,
    textStyle: { fontFamily: font, color: color.ink },
    aria: { enabled: false, decal: { show: bars } },
    grid: { left: 8, right: narrow ? 12 : 24, top: data.series.length > 1 ? 44 : 20, bottom: 8, containLabel: true },
    legend: {
      show: data.series.length > 1,
      left: 0,
      top: 0,
      itemWidth: 16,
      itemHeight: 12,
      textStyle: quiet,
    },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: color.sheet,
      borderColor: color["line-2"],
      textStyle: { color: color.ink, fontFamily: font, fontSize: 13 },
      valueFormatter: (value) => `${amount(value)}${data.unit ? ` ${data.unit}` : ""}`,
      axisPointer: { type: bars ? "shadow" : "line", lineStyle: { color: color["line-2"] } },
    },
    xAxis: {
      type: "category",
      data: data.categories,
      boundaryGap: bars,
      axisLine: { lineStyle: { color: color["line-2"] } },
      axisTick: { show: false },
      axisLabel: { ...quiet, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      // A share ends at 100, where none is beyond.
      max: data.unit === "%" && data.series.every((line) => line.values.every((v) => v <= 100))
        ? 100
        // A level is shown even where no value comes near it.
        : data.limit ? ({ max }) => (max > data.limit[0] ? null : Math.ceil(data.limit[0])) : undefined,
      axisLabel: { ...quiet, formatter: amount },
      splitLine: { lineStyle: { color: color.line } },
    },
    series: data.series.map((line, place) => {
      const tone = line.tone || ORDER[place % ORDER.length];
      return {
        name: line.name,
        type: bars ? "bar" : "line",
        stack: data.kind === "stacked" ? "all" : undefined,
        data: line.values,
        barMaxWidth: 36,
        symbol: MARKS[place % MARKS.length],
        symbolSize: line.points ? 9 : line.values.length <= 60 ? 7 : 4,
        showSymbol: line.points || line.marked || line.values.length <= 24,
        showAllSymbol: line.marked ? true : "auto",
        lineStyle: { width: line.points ? 0 : 2, type: line.dashed ? "dashed" : "solid" },
        itemStyle: {
          color: color[tone === "teach-local" ? "teach" : tone],
          decal: bars ? decal(tone, color.sheet) : undefined,
        },
        markLine: place === 0 && (data.limit || data.marks?.length)
          ? {
              silent: true,
              symbol: "none",
              data: [
                ...(data.limit
                  ? [{
                      yAxis: data.limit[0],
                      lineStyle: { color: color[data.limit[2]], type: "dashed" },
                      label: { formatter: data.limit[1], color: color[data.limit[2]], position: "insideEndTop" },
                    }]
                  : []),
                ...(data.marks ?? []).map(([at, word]) => ({
                  xAxis: at,
                  lineStyle: { color: color["ink-2"], type: "dotted" },
                  label: { formatter: word, color: color.ink, position: "end" },
                })),
              ],
            }
          : undefined,
        markArea: place === 0 && data.bands.length
          ? {
              silent: true,
              itemStyle: { color: color.sunk },
              label: { color: color["ink-2"], position: "insideTop" },
              data: data.bands.map(([first, last, word]) => [{ xAxis: first, name: word }, { xAxis: last }]),
            }
          : undefined,
      };
    }),
  };
}

// The chart of a repository: points gained and lost by day.
"use strict";
(async () => {
  const place = document.getElementById("trend");
  const answer = await fetch(place.dataset.source, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const trend = await answer.json();
  if (!trend.days.length) {
    place.textContent = "No reviews in this period.";
    return;
  }
  const colours = getComputedStyle(document.documentElement);
  const colour = (name) => colours.getPropertyValue(name).trim();
  const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 } };
  const day = 24 * 3600;
  const seconds = trend.days.map((date) => Date.parse(`${date}T00:00:00Z`) / 1000);
  const size = () => ({ width: place.clientWidth - 32, height: 260 });
  const chart = new uPlot(
    {
      ...size(),
      tzDate: (moment) => uPlot.tzDate(new Date(moment * 1000), "UTC"),
      // At least a week wide: a single day alone would be shown among years.
      scales: { x: { time: true, range: (_, low, high) => (high - low < 6 * day ? [high - 6 * day, high + day] : [low, high]) } },
      axes: [axis, axis],
      series: [
        { label: "Day" },
        { label: "Points gained", stroke: colour("--critical"), width: 2, points: { show: true } },
        { label: "Points lost", stroke: colour("--none"), width: 2, points: { show: true } },
      ],
    },
    [seconds, trend.gained, trend.lost],
    place,
  );
  addEventListener("resize", () => chart.setSize(size()));
})();

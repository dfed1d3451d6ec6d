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
  const week = [seconds.at(-1) - 6 * day, seconds.at(-1) + day];
  const size = () => ({ width: place.clientWidth - 32, height: 260 });
  const chart = new uPlot(
    {
      ...size(),
      tzDate: (moment) => uPlot.tzDate(new Date(moment * 1000), "UTC"),
      // At least a week wide, and told by the days themselves: uPlot shows a single day among years.
      scales: { x: { time: true, range: (_, low, high) => (seconds.length < 2 || high - low < 6 * day ? week : [low, high]) } },
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

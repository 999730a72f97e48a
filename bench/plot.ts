/** CPU time and memory against rows, as an SVG. */

import type { Outcome } from "./scenario";

interface Series {
  name: string;
  color: string;
  /** Rows, and the value in the panel's unit. */
  points: readonly (readonly [number, number])[];
}

const WIDTH = 460;
const HEIGHT = 340;
const LEFT = 64;
const RIGHT = 20;
const TOP = 44;
const BOTTOM = 48;
const HUB = "#0b6e99";
const PLAIN = "#c2571a";

/** @param outcomes of results that differ in their rows only */
export function plot(outcomes: readonly Outcome[]): string {
  const sorted = [...outcomes].sort((one, other) => one.scenario.rows - other.scenario.rows);
  const series = (name: string, color: string, value: (outcome: Outcome) => number | undefined): Series => ({
    name,
    color,
    points: sorted.flatMap((outcome) => {
      const y = value(outcome);
      return y === undefined ? [] : [[outcome.scenario.rows, y] as const];
    }),
  });
  const cpu = [
    series("hub", HUB, ({ hubCpu }) => Math.max(hubCpu, 10) / 1000),
    series("plain program", PLAIN, ({ plainCpu }) => plainCpu && Math.max(plainCpu, 10) / 1000),
  ];
  const memory = [
    series("hub, over idle", HUB, ({ overIdle }) => overIdle / 1e6),
    series("plain program, in all", PLAIN, ({ plainPeak }) => plainPeak && plainPeak / 1e6),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#333">`,
    "<title>CPU time and peak memory of hub and plain program against rows</title>",
    `<rect width="${2 * WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    panel("CPU time, seconds", cpu, 0),
    panel("Peak memory, MB", memory, WIDTH),
    "</svg>\n",
  ].join("\n");
}

/** Both axes are logarithmic, from one power of ten to another. */
function panel(title: string, series: readonly Series[], offset: number): string {
  const points = series.flatMap((each) => each.points);
  const x = axis(
    points.map(([rows]) => rows),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = axis(
    points.map(([, value]) => value),
    HEIGHT - BOTTOM,
    TOP,
  );
  const vertical = x.ticks.map(
    (tick) =>
      `<line x1="${x.at(tick)}" x2="${x.at(tick)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#e5e5e5"/>` +
      `<text x="${x.at(tick)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${short(tick)}</text>`,
  );
  const horizontal = y.ticks.map(
    (tick) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(tick)}" y2="${y.at(tick)}" stroke="#e5e5e5"/>` +
      `<text x="${LEFT - 8}" y="${y.at(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
  );
  const lines = series.map(({ points: places, color }) => {
    const path = places.map(([rows, value]) => `${x.at(rows)},${y.at(value)}`);
    const dots = places.map(
      ([rows, value]) => `<circle cx="${x.at(rows)}" cy="${y.at(value)}" r="3" fill="${color}"/>`,
    );
    return `<polyline points="${path.join(" ")}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join("")}`;
  });
  const legend = series.map(
    ({ name, color }, index) =>
      `<rect x="${LEFT + 12}" y="${TOP + 8 + index * 18}" width="12" height="4" fill="${color}"/>` +
      `<text x="${LEFT + 30}" y="${TOP + 14 + index * 18}">${name}</text>`,
  );
  return [
    `<g transform="translate(${offset} 0)">`,
    `<text x="${LEFT}" y="26" font-size="15" font-weight="600">${title}</text>`,
    ...vertical,
    ...horizontal,
    ...lines,
    ...legend,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">rows</text>`,
    "</g>",
  ].join("\n");
}

function axis(values: readonly number[], start: number, end: number) {
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(Math.ceil(Math.log10(Math.max(...values))), lowest + 1);
  const at = (value: number): number => {
    const share = (Math.log10(value) - lowest) / (highest - lowest);
    return Math.round((start + share * (end - start)) * 10) / 10;
  };
  const ticks = Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index));
  return { at, ticks };
}

/** 1000 is 1k, 1000000 is 1M. */
function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(Number(value.toPrecision(1)));
}

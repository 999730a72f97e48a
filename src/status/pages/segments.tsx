/** The bar that shows where the rows and users of a delivery are. */

import { number } from "../../amounts";
import type { Report } from "../../report";
import { countsOf } from "../counts";

interface Segment {
  name: string;
  amount: number;
}

const WIDTH = 1000;

/** What is less is still to be seen, of a thousand. */
const LEAST = 4;

/** In the order in which they stand in the bar; the names are classes in the style sheet. */
export function segmentsOf(report: Report): Segment[] {
  const { users, sent, unchanged, skipped, rejected, waiting } = countsOf(report);
  return [
    { name: "sent", amount: sent },
    { name: "checked", amount: report.asked.dryRun ? users : 0 },
    { name: "unchanged", amount: unchanged },
    { name: "skipped", amount: skipped },
    { name: "rejected", amount: rejected },
    { name: "dropped", amount: report.dropped },
    { name: "waiting", amount: waiting },
  ];
}

export function SegmentBar({ segments, label }: { segments: readonly Segment[]; label: string }) {
  const shown = segments.filter(({ amount }) => amount > 0);
  const total = shown.reduce((sum, { amount }) => sum + amount, 0);
  let left = 0;
  return (
    <svg
      class="segments"
      viewBox={`0 0 ${WIDTH} 10`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <rect class="segment-empty" width={WIDTH} height="10" />
      {shown.map(({ name, amount }) => {
        const width = Math.max((amount / total) * WIDTH, LEAST);
        const x = Math.min(left, WIDTH - LEAST);
        left += width;
        return <rect class={`segment ${name}`} key={name} x={round(x)} width={round(width)} height="10" />;
      })}
    </svg>
  );
}

/** The bar in words. */
export function segmentsText(segments: readonly Segment[]): string {
  const parts = segments.filter(({ amount }) => amount > 0);
  return parts.length === 0
    ? "nothing yet"
    : parts.map(({ name, amount }) => `${number(amount)} ${name}`).join(", ");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

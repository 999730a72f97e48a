/** Two small charts: users (or accounts, or events) a second, and how long Heap takes to answer. */

import { number } from "../../amounts";
import type { PaceData } from "../../report";
import { Card, Time } from "./elements";
import { capital, duration, rate } from "./text";

/** Less is no course that a chart could show. */
const LEAST_STEPS = 3;

/** Fewer steps do not fill the chart's width. */
const WIDE_STEPS = 12;

const WIDTH = 400;
const HEIGHT = 80;

export function PaceCharts({ pace, noun }: { pace: PaceData; noun: string }) {
  const { users, answers, answerMs, stepMs, startedAt } = pace;
  if (answers.length < LEAST_STEPS) return null;
  const perSecond = users.map((amount) => (amount * 1000) / stepMs);
  const seconds = answers.map((amount, at) => (amount === 0 ? undefined : (answerMs[at] ?? 0) / amount));
  const peak = Math.max(...perSecond, 0);
  const slowest = Math.max(...seconds.map((each) => each ?? 0), 0);
  const end = startedAt + users.length * stepMs;
  return (
    <Card
      title="Pace"
      note={
        <>
          <Time at={startedAt} exact /> to <Time at={end} exact />, a bar is {duration(stepMs)}
        </>
      }
    >
      <div class="charts">
        <figure>
          <figcaption>
            {`${capital(noun)}s a second`} <b>{`peak ${rate(peak)}`}</b>
          </figcaption>
          <Chart name="users" values={perSecond} highest={peak} label={`At most ${rate(peak)} a second`} />
        </figure>
        <figure>
          <figcaption>
            Heap's answer time <b>{`slowest ${number(Math.round(slowest))} ms`}</b>
          </figcaption>
          <Chart
            name="answers"
            values={seconds}
            highest={slowest}
            label={`At most ${Math.round(slowest)} milliseconds`}
          />
        </figure>
      </div>
    </Card>
  );
}

/** A step without a value leaves a gap. */
function Chart({
  name,
  values,
  highest,
  label,
}: {
  name: string;
  values: readonly (number | undefined)[];
  highest: number;
  label: string;
}) {
  const width = WIDTH / Math.max(values.length, WIDE_STEPS);
  const gap = width > 4 ? 1 : 0;
  return (
    <svg
      class={`chart ${name}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {[0.25, 0.5, 0.75].map((part) => (
        <line key={part} class="grid" x1="0" x2={WIDTH} y1={HEIGHT * part} y2={HEIGHT * part} />
      ))}
      {values.map((value, at) => {
        if (value === undefined || value === 0) return null;
        const height = Math.max((value / highest) * (HEIGHT - 2), 1);
        return (
          <rect
            key={`${at}`}
            x={round(at * width)}
            width={round(Math.max(width - gap, 0.5))}
            y={round(HEIGHT - height)}
            height={round(height)}
          />
        );
      })}
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

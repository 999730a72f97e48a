/** How far a delivery has come. */

import { number } from "../../amounts";
import type { KeptDelivery } from "../../outbox";
import { nounOf, recentRate } from "../../report";
import { countsOf } from "../counts";
import { Card } from "./elements";
import { SegmentBar, segmentsOf, segmentsText } from "./segments";
import { capital, duration, rate } from "./text";

export function Progress({ view, now }: { view: KeptDelivery; now: number }) {
  const { report } = view;
  const { dropped } = report;
  const noun = nounOf(report);
  const { rows, sent, unchanged, skipped, rejected, waiting, users } = countsOf(report);
  const segments = segmentsOf(report);
  const isGoing = view.finishedAt === undefined;
  return (
    <Card title="Progress" note={isGoing ? speed(view, waiting, now) : ""}>
      {isGoing && <Bar view={view} />}
      <SegmentBar segments={segments} label={segmentsText(segments)} />
      <dl class="figures">
        <Figure name="Rows read" amount={rows} />
        {report.asked.dryRun ? (
          <Figure name={`${capital(noun)}s checked`} amount={users} kind="checked" />
        ) : (
          <Figure name={`${capital(noun)}s sent`} amount={sent} kind="sent" />
        )}
        <Figure name="Unchanged" amount={unchanged} kind="unchanged" />
        <Figure name="Skipped" amount={skipped} kind="skipped" />
        <Figure name="Rejected" amount={rejected} kind="rejected" />
        <Figure name="Waiting" amount={waiting} kind="waiting" />
        {dropped > 0 && <Figure name="Not sent" amount={dropped} kind="dropped" />}
      </dl>
    </Card>
  );
}

/** Before the result has been read to its end, nobody knows how much is left. */
function Bar({ view }: { view: KeptDelivery }) {
  const { read, end, sent, refused, dropped } = view.report;
  return end === undefined ? (
    <progress class="sr" aria-label="Users sent" />
  ) : (
    <progress
      class="sr"
      aria-label="Users sent"
      max={Math.max(read.users, 1)}
      value={read.users === 0 ? 1 : sent + refused + dropped}
    />
  );
}

function Figure({ name, amount, kind }: { name: string; amount: number; kind?: string }) {
  return (
    <div class={amount === 0 ? "figure none" : "figure"}>
      <dt>
        {kind !== undefined && <span class={`dot ${kind}`} />}
        {name}
      </dt>
      <dd>{number(amount)}</dd>
    </div>
  );
}

function speed({ report, trace }: KeptDelivery, waiting: number, now: number): string {
  const current = recentRate(trace.pace, now);
  const pace = `${rate(current)} ${nounOf(report)}s a second`;
  if (report.asked.dryRun) return "";
  if (report.end === undefined) return `${pace}. How long it takes is known once the result has been read.`;
  return current === 0 ? pace : `${pace}, about ${duration((waiting / current) * 1000)} left`;
}

/** The page of one delivery. */

import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Reject } from "../../batches";
import type { KeptDelivery } from "../../outbox";
import { factsOf, nounOf } from "../../report";
import type { PageParts } from "../event-stream";
import { Actions } from "./actions";
import { Badge, kindOf, Live, Time } from "./elements";
import { Events } from "./events";
import { renderPage } from "./frame";
import { Columns } from "./mapping-table";
import { PaceCharts } from "./pace-charts";
import { Preview } from "./preview";
import { Progress } from "./progress";
import { Rejects } from "./rejects";
import type { Site, Viewer } from "./site";
import { duration } from "./text";

export interface DeliveryPage {
  site: Site;
  viewer: Viewer;
  view: KeptDelivery;
  /** In milliseconds since 1970. */
  now: number;
  /** The first rejects; empty for who must not see them. */
  rejects: readonly Reject[];
  /** The first records of a dry run; empty for who must not see them. */
  preview: readonly string[];
  /** What was just done. */
  notice?: string;
}

export function deliveryPage(page: DeliveryPage): string {
  const { site, viewer, view, notice } = page;
  const key = viewer.key === "" ? "" : `?key=${encodeURIComponent(viewer.key)}`;
  const title = view.origin.title ?? "Delivery without a title";
  const { actions, facts, outcome, ...cards } = partsOf(page);
  return renderPage({
    title,
    site,
    viewer,
    events: `${site.path}/${view.id}/events${key}`,
    children: (
      <>
        {viewer.isAdmin && (
          <p class="back">
            <a href={site.path}>All deliveries</a>
          </p>
        )}
        {notice !== undefined && (
          <p class="notice" role="status">
            {notice}
          </p>
        )}
        <div class="page-head">
          <h1>{title}</h1>
          <Live id="actions">{actions}</Live>
        </div>
        <Live id="facts">{facts}</Live>
        <div id="outcome" aria-live="polite">
          {outcome}
        </div>
        {Object.entries(cards).map(([id, card]) => (
          <Live key={id} id={id}>
            {card}
          </Live>
        ))}
      </>
    ),
  });
}

export function deliveryParts(page: DeliveryPage): PageParts {
  return Object.fromEntries(Object.entries(partsOf(page)).map(([id, part]) => [id, renderToString(part)]));
}

/** What changes while somebody looks, by the id of its element. */
function partsOf({ site, viewer, view, now, rejects, preview }: DeliveryPage) {
  const { report, trace, outcome } = view;
  return {
    actions: <Actions site={site} viewer={viewer} view={view} />,
    facts: <Facts site={site} viewer={viewer} view={view} now={now} />,
    outcome: (
      <div class={`outcome ${kindOf(outcome)}`}>
        <Badge outcome={outcome} />
        <div>
          {sentences({ site, view, viewer }).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      </div>
    ),
    progress: <Progress view={view} now={now} />,
    pace: <PaceCharts pace={trace.pace} noun={nounOf(report)} />,
    happened: <Events events={trace.events} quoting={viewer.isAdmin} />,
    rejects: <Rejects site={site} viewer={viewer} view={view} rejects={rejects} />,
    preview: <Preview view={view} records={preview} />,
    columns: <Columns report={report} />,
  };
}

/** What Looker is told; while it goes on, what there is to say of it but numbers, so that it is read out seldom. */
function sentences({ site, view, viewer }: Pick<DeliveryPage, "site" | "view" | "viewer">): string[] {
  const { report, outcome } = view;
  if (outcome === "refused") return ["The form did not fit the result: nothing of it was sent."];
  if (outcome !== "in progress")
    return factsOf(report, { quoting: viewer.isAdmin, nameOf: site.environmentName }).map(({ text }) => text);
  if (report.cancelledAt !== undefined) return ["It is being cancelled: what is under way is waited for."];
  if (report.health.downSince !== undefined) {
    return ["Heap takes nothing at the moment. What is read is kept, and sent when Heap takes it."];
  }
  const heldUp = factsOf(report, { quoting: false, nameOf: site.environmentName }).find(
    ({ code }) => code === "held_up",
  );
  if (heldUp) return [heldUp.text];
  return report.end === undefined
    ? ["The result is being read, and sent as it is read."]
    : ["The result has been read. What is left is being sent."];
}

function Facts({ site, viewer, view, now }: Pick<DeliveryPage, "site" | "viewer" | "view" | "now">) {
  const { id, origin, report, startedAt, finishedAt } = view;
  const name = site.environmentName(report.environment.id);
  const facts: [string, ComponentChildren][] = [
    ["Heap environment", name === undefined ? report.environment.id : `${name} (${report.environment.id})`],
    ["Rows become", `${nounOf(report)}s`],
    ["Started", <Time key="started" at={startedAt} />],
    [finishedAt === undefined ? "Running for" : "Took", duration((finishedAt ?? now) - startedAt)],
  ];
  if (report.asked.sync === "changed") facts.splice(2, 0, ["Sends", "only what changed"]);
  const { end } = report;
  const { rerun } = report.asked;
  if (end?.again !== undefined)
    facts.push(["Run again as", <Other key="again" id={end.again} site={site} viewer={viewer} />]);
  if (rerun) facts.push(["Runs again", <Other key="rerun" id={rerun.of} site={site} viewer={viewer} />]);
  if (viewer.isAdmin && origin.looker !== undefined) facts.push(["Looker", origin.looker]);
  if (viewer.isAdmin && origin.webhook !== undefined) facts.push(["Looker's webhook", origin.webhook]);
  facts.push(["Delivery", <code key="id">{id}</code>]);
  return (
    <dl class="facts">
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Another delivery: its page needs a sign-in, or a key of its own. */
function Other({ id, site, viewer }: { id: string; site: Site; viewer: Viewer }) {
  const code = <code>{id}</code>;
  return viewer.isAdmin ? <a href={`${site.path}/${id}`}>{code}</a> : code;
}

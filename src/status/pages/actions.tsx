/** What an administrator can do with a delivery. */

import { count } from "../../amounts";
import type { KeptDelivery } from "../../outbox";
import { nounOf } from "../../report";
import type { Site, Viewer } from "./site";

export function Actions({ site, viewer, view }: { site: Site; viewer: Viewer; view: KeptDelivery }) {
  if (!viewer.isAdmin) return null;
  const { report, outcome, finishedAt } = view;
  const isStuck = report.health.parked !== undefined || report.health.downSince !== undefined;
  const action = (name: string) => `${site.path}/${view.id}/${name}`;
  const token = <input type="hidden" name="form_token" value={viewer.formToken} />;
  return (
    <div class="actions">
      {isStuck && finishedAt === undefined && (
        <form method="post" action={action("resume")}>
          {token}
          <button type="submit" class="primary">
            Try again now
          </button>
        </form>
      )}
      {finishedAt !== undefined && report.refused > 0 && (
        <form method="post" action={action("send-again")}>
          {token}
          <button type="submit" class="primary">
            Send {count(report.refused, `rejected ${nounOf(report)}`)} again
          </button>
        </form>
      )}
      {(outcome === "in progress" || outcome === "parked") && (
        <details class="confirm">
          <summary class="button">Cancel…</summary>
          <form class="popover" method="post" action={action("cancel")}>
            {token}
            <p>What has been sent stays in Heap. What still waits is dropped, and can't be brought back.</p>
            <button type="submit" class="danger">
              Cancel this delivery
            </button>
          </form>
        </details>
      )}
    </div>
  );
}

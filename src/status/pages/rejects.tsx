/** The first rejects of a delivery, and where to get them all. */

import { count, number } from "../../amounts";
import type { Reject } from "../../batches";
import type { KeptDelivery } from "../../outbox";
import { countsOf } from "../counts";
import { Card } from "./elements";
import type { Site, Viewer } from "./site";

export function Rejects({
  site,
  viewer,
  view,
  rejects,
}: {
  site: Site;
  viewer: Viewer;
  view: KeptDelivery;
  rejects: readonly Reject[];
}) {
  const { rejected } = countsOf(view.report);
  if (rejected === 0) return null;
  if (!viewer.isAdmin) {
    return (
      <Card title="Rejected">
        <p>
          {count(rejected, "row")} could not be delivered. Whoever runs the action hub can see which, and why.
        </p>
      </Card>
    );
  }
  const download = (
    <a class="button" href={`${site.path}/${view.id}/rejects.csv`} download>
      Download all as CSV
    </a>
  );
  return (
    <Card
      title="Rejected"
      note={rejects.length < rejected ? `The first ${number(rejects.length)} of ${number(rejected)}.` : ""}
      aside={download}
    >
      <table class="plain">
        <thead>
          <tr>
            <th scope="col" class="num">
              Row
            </th>
            <th scope="col">Identity</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {rejects.map(({ row, identity, reason }) => (
            <tr key={row}>
              <td class="num">{number(row)}</td>
              <td>{identity ?? <span class="sub">none</span>}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

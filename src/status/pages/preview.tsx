/** The first updates of a dry run, as they would be sent. */

import { count } from "../../amounts";
import type { KeptDelivery } from "../../outbox";
import { nounOf } from "../../report";
import { Card } from "./elements";

/** @param records JSON texts */
export function Preview({ view, records }: { view: KeptDelivery; records: readonly string[] }) {
  if (records.length === 0) return null;
  const { environment } = view.report;
  return (
    <Card
      title="Preview"
      note={`The first ${count(records.length, nounOf(view.report))}, exactly as they would be sent to environment ${environment.id}.`}
    >
      {records.map((record) => (
        <pre key={record}>{record}</pre>
      ))}
    </Card>
  );
}

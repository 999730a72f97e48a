/** What became of each column of the result. */

import { number } from "../../amounts";
import type { KeptDelivery } from "../../outbox";
import { Card } from "./elements";

type Report = KeptDelivery["report"];
type Read = Report["read"];

export function Columns({ report }: { report: Report }) {
  const { columns, longValueCounts } = report.read;
  if (columns.length === 0) return null;
  const sent = columns.filter(({ key }) => key !== undefined).length;
  const hasCut = Object.keys(longValueCounts).length > 0;
  return (
    <Card title="Columns" note={`${number(sent)} of ${number(columns.length)} become properties.`}>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Column in Looker</th>
            <th scope="col">Property in Heap</th>
            {hasCut && (
              <th scope="col" class="num">
                {report.asked.longValues === "drop" ? "Values left out" : "Values cut"}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column.name}>
              <th scope="row">
                {column.label}
                {column.name !== column.label && <code class="sub">{column.name}</code>}
              </th>
              <td>
                <Property column={column} />
              </td>
              {hasCut && <td class="num">{number(cutIn(column, longValueCounts))}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Property({ column }: { column: Read["columns"][number] }) {
  const { key, isIdentity, note } = column;
  const isOnlyIdentity = isIdentity && key === undefined;
  return (
    <>
      {key !== undefined && <span class="property">{key}</span>}
      {isIdentity && <span class="tag">identity</span>}
      {key === undefined && !isIdentity && <span class="tag quiet">not sent</span>}
      {note !== undefined && !isOnlyIdentity && <span class="sub">{note}</span>}
    </>
  );
}

/** They are counted by what the reply calls the column. */
function cutIn(column: Read["columns"][number], counts: Read["longValueCounts"]): number {
  return counts[`${column.label} (${column.name})`] ?? counts[column.label] ?? counts[column.name] ?? 0;
}

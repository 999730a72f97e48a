/** What happened to a delivery that is not as it should be, with times. */

import { number } from "../../amounts";
import type { DeliveryEvent } from "../../report";
import { Card, Time } from "./elements";

/** @param quoting whether what Looker and Heap said is shown: it may hold personal data */
export function Events({ events, quoting }: { events: readonly DeliveryEvent[]; quoting: boolean }) {
  if (events.length === 0) return null;
  return (
    <Card title="What happened">
      <ol class="events">
        {events.map(({ at, lastAt, times, text, said }) => (
          <li key={`${at} ${text}`}>
            <Time at={at} exact />
            <div>
              <p>{text}</p>
              {quoting && said !== undefined && <p class="said">{said}</p>}
              {times > 1 && (
                <p class="sub">
                  {number(times)} times, last <Time at={lastAt} exact />
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

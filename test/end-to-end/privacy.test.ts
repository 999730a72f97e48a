/** Whatever happens, and at every level: nothing that was read, entered, answered or kept secret is in the log. */

import path from "node:path";
import { text } from "node:stream/consumers";
import { logTo } from "../../src/log";
import { openSqlite } from "../../src/outbox/sqlite/driver";
import { type StandInLooker, startStandInLooker } from "../../stand-ins/looker";
import { lookerPost } from "../helpers/looker-post";
import { type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";
import { PageVisitor } from "../helpers/page-visitor";
import { post } from "../helpers/post";
import { type RunningHub, startHub } from "../helpers/running-hub";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

/** In everything that is private, and in nothing else. */
const MARK = "Mk9";
const TOKEN = `${MARK}-hub-token`;
const WEBHOOK_ID = "webhook-7";

const newFolder = tempFolders();

let looker: StandInLooker;
let apiSecret: string;
let heap: LoopbackServer;
let hub: RunningHub;
let dataDir: string;
let logged: string;
/** Heap answers with it, and repeats what it was sent. */
let status: number;

beforeEach(async () => {
  logged = "";
  status = 200;
  dataDir = newFolder();
  looker = await startStandInLooker();
  heap = await startLoopbackServer(async (request, response) => {
    const body = await text(request);
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { "x-request": `${MARK}-header` }).end(body);
  });
  const { clientId, clientSecret } = looker.instance.addUser(`${MARK} Admin`);
  apiSecret = clientSecret;
  const log = logTo({ write: (line) => (logged += line) }, "trace");
  hub = await startHub(
    {
      DATA_DIR: dataDir,
      HEAP_API_URL: heap.url,
      ACTION_HUB_TOKENS: TOKEN,
      ADMIN_TOKENS: `${MARK}-admin-token`,
      NOTIFY_WEBHOOK_URL: `${heap.url}/${MARK}-webhook`,
      LOOKER_RERUN: "yes",
      LOOKERSDK_BASE_URL: looker.url,
      LOOKERSDK_CLIENT_ID: clientId,
      LOOKERSDK_CLIENT_SECRET: clientSecret,
      HEAP_SETTLE_SECONDS: "0",
      REPLY_WITHIN_SECONDS: "3",
      LOOKER_ALLOWED_ORIGINS: `${looker.url},http://127.0.0.1:9`,
    },
    log,
  );
});

afterEach(async () => {
  await hub.close();
  await Promise.all([heap.close(), looker.close()]);
});

const FIELDS = [
  { name: `users.${MARK}_email`, label: `${MARK} E-mail`, tags: ["heap_identity"] },
  { name: `users.${MARK}_plan`, label: `${MARK} Plan` },
];

/** @param identities each a JSON value */
function result(
  identities: readonly unknown[] = [`${MARK}-ada@example.com`, `${MARK}-ben@example.com`],
): string {
  const [identity, plan] = FIELDS.map(({ name }) => name);
  const data = identities.map((value) => ({
    [identity ?? ""]: { value },
    [plan ?? ""]: { value: `${MARK}-${"long".repeat(100)}`, rendered: MARK },
  }));
  return JSON.stringify({ fields: { dimensions: FIELDS }, data });
}

interface Execute {
  downloadUrl?: string;
  document?: string;
  form?: Record<string, string>;
  query?: object;
}

function execute({ document = result(), downloadUrl = looker.offer(document), form, query }: Execute = {}) {
  return looker.hub({ url: hub.url, token: TOKEN }).execute(`${hub.url}/actions/heap/execute`, {
    downloadUrl,
    formParams: { env_id: "123", property_type: "user", ...form },
    plan: { title: `${MARK} title` },
    query: { vis_config: { hidden_fields: [`${MARK}.hidden`] }, ...query },
    webhookId: WEBHOOK_ID,
  });
}

/** @param shown what Looker says of the query that its result is had again of */
function executeTwice(shown: object = {}) {
  const { id } = looker.instance.addQuery(() => result());
  return execute({ document: result().slice(0, -9), query: { id, ...shown } });
}

/** As somebody with access to the disk might: storing a row fails with an error that quotes it. */
function breakOutbox(): void {
  const database = openSqlite(path.join(dataDir, "outbox.sqlite3"));
  database.exec(
    `CREATE TRIGGER broken BEFORE INSERT ON batches BEGIN SELECT RAISE(ABORT, '${MARK}-error'); END`,
  );
  database.close();
}

/** Signs in, is answered with a status, looks at everything there is, and signs out. */
async function visitPages(token: string, answer: number): Promise<void> {
  await execute({ document: result([`${MARK}@example.com`, true]) });
  const [id] = hub.deliveries;
  const visitor = new PageVisitor(hub);
  expect((await visitor.signIn(token)).status).toBe(answer);
  await visitor.get(`/deliveries?title=${MARK}`);
  await visitor.get(`/deliveries/${id}`);
  await visitor.get(`/deliveries/${id}/rejects.csv`);
  await visitor.get(`/deliveries/${id}?key=${MARK}`);
  await visitor.post(`/deliveries/${id}/cancel`, { form_token: MARK });
  await visitor.post("/deliveries/sign-out", { form_token: MARK });
}

function asAdmin(token: string, id: string) {
  return post(`${hub.url}/deliveries/${id}/send-again`, "", { authorization: `Token token="${token}"` });
}

describe.each<[string, () => Promise<unknown>, RegExp]>([
  ["a success", () => execute(), /delivery ended/],
  ["a dry run", () => execute({ form: { dry_run: "yes" } }), /dry run/],
  ["only what changed", () => execute({ form: { sync: "changed" } }), /delivery ended/],
  ["rejects", () => execute({ document: result([[MARK], MARK.repeat(300), true]) }), /"rejected":3/],
  [
    "records that Heap refuses, repeating them",
    () => {
      status = 400;
      return execute();
    },
    /"answer":"refused"/,
  ],
  [
    "an environment that Heap does not know",
    () => {
      status = 404;
      return execute();
    },
    /delivery parked/,
  ],
  [
    "a Heap that fails",
    () => {
      status = 500;
      return execute();
    },
    /"answer":"failed"/,
  ],
  [
    "a Heap that breaks off",
    () => {
      status = 0;
      return execute();
    },
    /"answer":"unanswered"/,
  ],
  ["a document that is broken", () => execute({ document: result().slice(0, -9) }), /"outcome":"failed"/],
  ["a document that is no JSON", () => execute({ document: `<p>${MARK}</p>` }), /"outcome":"failed"/],
  [
    "Looker's own errors",
    () =>
      execute({ document: JSON.stringify({ errors: [{ message: MARK, message_details: MARK }], data: [] }) }),
    /"outcome":"failed"/,
  ],
  [
    "a download that is refused",
    () => execute({ downloadUrl: `${looker.url}/${MARK}?t=${MARK}` }),
    /"outcome":"failed"/,
  ],
  [
    "a download without an answer",
    () => execute({ downloadUrl: `http://127.0.0.1:9/${MARK}` }),
    /"outcome":"failed"/,
  ],
  [
    "a download from elsewhere",
    () => execute({ downloadUrl: `http://${MARK}.example.com/` }),
    /"outcome":"failed"/,
  ],
  ["a result that is had again", () => executeTwice(), /delivery ended.*\n(.*\n)*.*delivery ended/],
  ["a result that can't be had again", () => executeTwice({ view: MARK }), /"outcome":"failed"/],
  [
    "a form whose values are wrong",
    () => execute({ form: { env_id: MARK, sync: MARK } }),
    /"wrong":\["env_id","sync"\]/,
  ],
  ["a form that does not fit", () => execute({ form: { heap_field: MARK } }), /delivery refused/],
  [
    "a token that is wrong",
    () => lookerPost(hub, "/", null, { authorization: `Token token="${MARK}"` }),
    /its token/,
  ],
  ["an administrator's that is wrong", () => asAdmin(MARK, MARK), /.*/],
  ["a sign-in, and the pages behind it", () => visitPages(`${MARK}-admin-token`, 303), /"rejected":1/],
  ["a sign-in that is refused", () => visitPages(`${MARK}-guessed`, 401), /"rejected":1/],
  [
    "a sign-in that can't be read",
    () =>
      post(`${hub.url}/deliveries/sign-in`, `token=${MARK}`, {
        "content-type": `application/x-www-form-urlencoded; charset=${MARK}`,
      }),
    /.*/,
  ],
  [
    "a body that is wrong",
    () => lookerPost(hub, "/actions/heap/execute", `{"${MARK}`, { authorization: `Token token="${TOKEN}"` }),
    /request refused: it can't be read/,
  ],
  [
    "a body of another type",
    () =>
      lookerPost(hub, "/actions/heap/execute", JSON.stringify({ type: MARK }), {
        authorization: `Token token="${TOKEN}"`,
      }),
    /request refused: it can't be read/,
  ],
  ["a page that is not there", () => lookerPost(hub, `/${MARK}?${MARK}`), /.*/],
  [
    "an error inside",
    () => {
      breakOutbox();
      return execute();
    },
    /the outbox can't be written/,
  ],
])("of %s", (_what, act, told) => {
  it("the log holds nothing private", async () => {
    await act();
    await until(() => told.test(logged));
    expect(logged.toLowerCase()).not.toContain(MARK.toLowerCase());
    expect(logged).not.toContain(apiSecret);
  });
});

it("all lines of a delivery have its id and Looker's, those of its requests and its late end too", async () => {
  status = 503;
  await execute();
  status = 200;
  await until(() => logged.includes('"late":true') || logged.includes("delivery ended"));
  const [id] = hub.deliveries;
  const lines: Record<string, unknown>[] = logged
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const about = lines.filter(({ msg }) => /delivery|checkpoint|Heap answered/.test(String(msg)));
  expect(about.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(["delivery started", "checkpoint", "Heap answered", "delivery ended"]),
  );
  for (const line of about) {
    expect(line).toMatchObject({ delivery: id, webhook: WEBHOOK_ID, looker: "stand-in" });
  }
});

/** Visits a hub's pages as a browser would, without one: it keeps the session's cookie, and sends forms. */

import type { RunningHub } from "./running-hub";

export const ADMIN = "admin-token";

export interface Visited {
  status: number;
  headers: Headers;
  text: string;
}

export class PageVisitor {
  cookie = "";
  private readonly origin: string;

  constructor(private readonly hub: Pick<RunningHub, "url">) {
    this.origin = new URL(hub.url).origin;
  }

  static async signedIn(hub: Pick<RunningHub, "url">): Promise<PageVisitor> {
    const visitor = new PageVisitor(hub);
    const { status } = await visitor.signIn(ADMIN);
    if (status !== 303) throw new Error(`signing in was answered with ${status}`);
    return visitor;
  }

  async signIn(token: string): Promise<Visited> {
    return this.post("/deliveries/sign-in", { token, to: "" });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Visited> {
    return this.visit(path, { headers });
  }

  /** @param headers `origin` is the hub's own unless said otherwise */
  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Visited> {
    return this.visit(path, {
      method: "POST",
      headers: { origin: this.origin, ...headers },
      body: new URLSearchParams(form),
    });
  }

  /** Sends the form on a page that goes to an address ending so. */
  async send(page: string, action: string): Promise<Visited> {
    const { text } = await this.get(page);
    const [, target, token] =
      new RegExp(`action="([^"]*/${action})"><input type="hidden" name="form_token" value="([^"]+)"`).exec(
        text,
      ) ?? [];
    if (target === undefined || token === undefined) throw new Error(`${page} has no form for ${action}`);
    return this.post(target, { form_token: token });
  }

  private async visit(path: string, init: RequestInit): Promise<Visited> {
    const response = await fetch(this.hub.url + path, {
      ...init,
      redirect: "manual",
      headers: { accept: "text/html", cookie: this.cookie, ...init.headers },
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(";")[0] ?? "";
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}

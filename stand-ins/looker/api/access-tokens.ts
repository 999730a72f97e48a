/** The access tokens of the API: given at login, gone after an hour. */

import { randomBytes } from "node:crypto";
import type { IAccessToken } from "@looker/sdk";
import type { ApiUser } from "./instance";

/** Source: Looker's docs on API authentication. */
const TOKEN_LIFE_SECONDS = 3600;

export class AccessTokens {
  private readonly given = new Map<string, { user: ApiUser; goneAtMs: number }>();

  constructor(private readonly now: () => number) {}

  give(user: ApiUser): IAccessToken {
    const token = randomBytes(20).toString("hex");
    this.given.set(token, { user, goneAtMs: this.now() + TOKEN_LIFE_SECONDS * 1000 });
    return { access_token: token, token_type: "Bearer", expires_in: TOKEN_LIFE_SECONDS, refresh_token: null };
  }

  /** @returns whose token it is; undefined when it is nobody's, or not any more */
  userOf(token: string): ApiUser | undefined {
    const given = this.given.get(token);
    return given && this.now() < given.goneAtMs ? given.user : undefined;
  }

  revoke(token: string): void {
    this.given.delete(token);
  }

  /** As when Looker is restarted: none works any more. */
  revokeAll(): void {
    this.given.clear();
  }
}

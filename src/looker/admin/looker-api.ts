/** Looker's API 4.0: the SDK, logged in with the credentials of the settings. */

import type { IncomingMessage } from "node:http";
import { Looker40SDK } from "@looker/sdk";
import { NodeSession } from "@looker/sdk-node";
import type { IApiSettings } from "@looker/sdk-rtl";
import { Connections, USER_AGENT } from "../../connections";
import { errorCode } from "../../error-code";
import { LookerApiError } from "./api-error";
import { ApiTransport } from "./api-transport";

export interface LookerCredentials {
  /** Where the instance's API is, without a slash at its end. */
  baseUrl: string;
  clientId: string;
  clientSecret: string;
}

export interface LookerApiOptions {
  connectTimeoutMs: number;
  /** How long an answer may take, in milliseconds; a query's has none. */
  timeoutMs: number;
}

const API_PATH = "/api/4.0";

export class LookerApi {
  readonly sdk: Looker40SDK;
  private readonly session: NodeSession;
  private readonly connections = new Connections();

  constructor(
    readonly credentials: LookerCredentials,
    private readonly options: LookerApiOptions,
  ) {
    const settings = settingsOf(credentials);
    const transport = new ApiTransport(settings, {
      connections: this.connections,
      timeoutMs: options.timeoutMs,
      onUnauthorized: () => this.session.reset(),
    });
    this.session = new NodeSession(settings, transport);
    this.sdk = new Looker40SDK(this.session);
  }

  /**
   * GETs what may take long to come, and be large.
   * @param path below the API's, with its parameters
   * @returns the answer as soon as its headers are there, whatever its status
   * @throws LookerApiError when there is none
   */
  async open(path: string, silenceTimeoutMs: number, signal: AbortSignal): Promise<IncomingMessage> {
    const response = await this.openOnce(path, silenceTimeoutMs, signal);
    if (response.statusCode !== 401) return response;
    response.destroy();
    this.session.reset();
    return this.openOnce(path, silenceTimeoutMs, signal);
  }

  /** Gives the access token back, and ends all connections. */
  async close(): Promise<void> {
    await this.session.logout().catch(() => undefined);
    this.disconnect();
  }

  /** Ends all connections at once; the access token ends by itself within an hour. */
  disconnect(): void {
    this.connections.close();
  }

  private async openOnce(
    path: string,
    silenceTimeoutMs: number,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { headers } = await this.session.authenticate({ url: "", method: "GET", headers: {} });
    try {
      return await this.connections.request(new URL(this.credentials.baseUrl + API_PATH + path), {
        method: "GET",
        headers: { ...headers, "accept-encoding": "identity" },
        connectTimeoutMs: this.options.connectTimeoutMs,
        answerTimeoutMs: silenceTimeoutMs,
        signal,
      });
    } catch (error) {
      throw new LookerApiError(undefined, errorCode(error));
    }
  }
}

/** Given, so that the SDK looks for none in the environment or in a looker.ini. */
function settingsOf({ baseUrl, clientId, clientSecret }: LookerCredentials): IApiSettings {
  return {
    base_url: baseUrl,
    verify_ssl: true,
    timeout: 0,
    agentTag: USER_AGENT,
    readConfig: () => ({ client_id: clientId, client_secret: clientSecret }),
    isConfigured: () => true,
  };
}

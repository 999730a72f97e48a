/** Posts to a hub in ways that Looker's own client would not. */

export interface PostReply {
  status: number;
  headers: Headers;
  text: string;
}

export async function post(
  url: string,
  body: string | Buffer | null = null,
  headers: Record<string, string> = {},
): Promise<PostReply> {
  const response = await fetch(url, {
    method: "POST",
    body: typeof body === "string" ? body : body && new Uint8Array(body),
    headers,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const store = "tincan session";
const token_shape = /^[0-9a-f]{64}$/i;

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export async function proofOf(keyHex, who, serverNonce, pageNonce) {
  const usage = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", fromHex(keyHex), usage, false, ["sign"]);
  const words = new TextEncoder().encode(`tincan web ${who} `);
  const message = new Uint8Array([...words, ...fromHex(serverNonce), ...fromHex(pageNonce)]);
  return toHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, message)));
}

// A link, or the token at its end.
export function tokenIn(text) {
  const token = text.trim().split("#").pop();
  return token_shape.test(token) ? token.toLowerCase() : null;
}

export class Credentials {
  #token = null;

  constructor(storage) {
    this.storage = storage;
  }

  useToken(token) {
    this.#token = token;
  }

  get isThere() {
    return this.#token !== null || this.#session() !== null;
  }

  get isToken() {
    return this.#token !== null;
  }

  current() {
    if (this.#token) return { session: "", key: this.#token };
    return this.#session() ?? { session: "", key: "" };
  }

  keep({ session, key }) {
    if (!session || !key) return;
    this.storage.setItem(store, JSON.stringify({ session, key }));
    this.#token = null;
  }

  refused() {
    if (this.#token) this.#token = null;
    else this.storage.removeItem(store);
  }

  #session() {
    try {
      const kept = JSON.parse(this.storage.getItem(store));
      return kept?.session && token_shape.test(kept.key) ? kept : null;
    } catch {
      return null;
    }
  }
}

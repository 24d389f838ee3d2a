/** Takes pictures apart that come as one stream: uint32 frame, uint32 length (both little-endian), then the bytes. */

const HEAD = 8;

export class RecordReader {
  #head = new Uint8Array(HEAD);
  #body = null;
  #filled = 0;

  /** @param {(frame: number, bytes: Uint8Array) => void} onRecord */
  constructor(onRecord) {
    this.onRecord = onRecord;
  }

  /** @param {Uint8Array} chunk  the next bytes of the stream, cut anywhere */
  take(chunk) {
    for (let at = 0; at < chunk.length; ) {
      const part = this.#body ?? this.#head;
      const taken = chunk.subarray(at, at + part.length - this.#filled);
      part.set(taken, this.#filled);
      at += taken.length;
      this.#filled += taken.length;
      if (this.#filled === part.length) {
        this.#whole();
      }
    }
  }

  /** A head or a body is complete. */
  #whole() {
    this.#filled = 0;
    const [frame, length] = [0, 4].map((place) => new DataView(this.#head.buffer).getUint32(place, true));
    if (this.#body === null && length > 0) {
      this.#body = new Uint8Array(length);
      return;
    }
    const body = this.#body ?? new Uint8Array(0);
    this.#body = null;
    this.onRecord(frame, body);
  }
}

/**
 * Gives the memory of bytes back at once. The garbage collector would do it when it feels like it: it sees the few words
 * of the array, not the 60 MB behind them. They are empty afterwards, as is every other view of them; what is only a part
 * of something larger is left alone.
 */
export function free(bytes: Uint8Array): void {
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && !buffer.detached && buffer.byteLength === bytes.byteLength) buffer.transfer(0)
}

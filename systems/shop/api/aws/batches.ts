/** What one batch operation of SQS takes. */
const MOST = 10

/** Lists of ten and a last one of fewer. */
export const batchesOfTen = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / MOST) }, (_, index) => items.slice(index * MOST, (index + 1) * MOST))

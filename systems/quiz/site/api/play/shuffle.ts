import { seeded } from '@terrace/kit'

/**
 * The items in an order that depends on the seed alone, so that a page that is loaded again shows the same one. The
 * seed must be secret: who knew it could undo the shuffling (Fisher and Yates, in place from the end).
 */
export function shuffled<Item>(items: readonly Item[], seed: string): readonly Item[] {
  const random = seeded(seed)
  const mixed = [...items]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    const [one, two] = [mixed[last] as Item, mixed[other] as Item]
    mixed[last] = two
    mixed[other] = one
  }
  return mixed
}

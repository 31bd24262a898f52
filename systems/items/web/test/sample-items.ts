import { MemoryItems } from '../../api/data/memory-items.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-01T08:00:00.000Z')

const FEW = [
  ['Blue cup', 'Holds a quarter of a litre.\nGoes into the dishwasher.'],
  ['Green lamp', ''],
  ['Oak table', 'Seats six. '.repeat(40).trim()],
  ['Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsschild', 'A sign.'],
  ['Paper knife', 'Made of brass.'],
] as const

async function filled(texts: Iterable<readonly [string, string]>): Promise<MemoryItems> {
  const items = new MemoryItems()
  let count = 0
  for (const [name, description] of texts) {
    count += 1
    const id = `00000000-0000-8000-8000-${String(count).padStart(12, '0')}`
    await items.create({ id, name, description, fingerprint: '' }, START + count * MINUTE)
  }
  return items
}

/** Five items, among them long ones; the newest is the paper knife. */
export const fewItems = (): Promise<MemoryItems> => filled(FEW)

/** The id of the first of them, the blue cup. */
export const BLUE_CUP = '00000000-0000-8000-8000-000000000001'

export const noItems = (): Promise<MemoryItems> => filled([])

/** Item 10,000 is the newest; item 7 alone is a needle. */
export const manyItems = (): Promise<MemoryItems> =>
  filled(
    Array.from({ length: 10_000 }, (_, index) => [
      index === 6 ? 'Needle' : `Item ${index + 1}`,
      `Number ${index + 1} of many.`,
    ]),
  )

import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { NoteFilter } from './list.ts'
import type { Tables } from './tables.ts'
import type { Search, Term } from './words.ts'

/**
 * Notes that are looked through one by one before the full-text index is asked. The index gathers and sorts every hit:
 * fine for the hits of a rare word, slow for a word that stands in every third note. Such a word fills a page from
 * these; one that doesn't has few hits everywhere, unless it was common once and no longer is.
 */
const WINDOW = 3000

/** Notes that are looked at to find out which of both is quicker, */
const SAMPLE = 300
/** … and how many of them have to match for a page of 50 to be full within the window, most probably. */
const ENOUGH = 4
/** In more of them than this a word is common: looked for in what the other words find, instead of in the index. */
const COMMON = 60

type Hits = SelectQueryBuilder<Tables, 'note_words', { readonly note_id: number }>

/**
 * The ids of the notes that match, newest first, or from `after` on oldest first: one more than `limit`, so that it
 * shows whether there are more. Both ways of searching find the same.
 */
export async function searchIds(db: Kysely<Tables>, filter: NoteFilter, search: Search): Promise<readonly number[]> {
  const sample = await takeSample(db, filter, search)
  if (sample.matches >= ENOUGH || sample.isEverything) {
    const found = await idsOf(like(await recent(db, filter, WINDOW), search.terms), filter)
    if (found.length > filter.limit || sample.isEverything) return found
  }
  return idsOf(indexed(db, filter, search, sample.counts), filter)
}

interface Sample {
  readonly matches: number
  /** How many contain each of the terms. */
  readonly counts: readonly number[]
  /** There are no more notes than these. */
  readonly isEverything: boolean
}

async function takeSample(db: Kysely<Tables>, filter: NoteFilter, { terms }: Search): Promise<Sample> {
  const contains = terms.map(({ pattern }) => sql<number>`words like ${pattern} escape '!'`)
  const rows = await (await recent(db, filter, SAMPLE))
    .clearSelect()
    .select(({ fn }) => [
      fn.countAll<number>().as('size'),
      fn.coalesce(fn.sum<string>(sql`${sql.join(contains, sql` and `)}`), sql<number>`0`).as('matches'),
      ...contains.map((one, index) => fn.coalesce(fn.sum<string>(one), sql<number>`0`).as(`term${index}`)),
    ])
    .execute()
  const row = (rows[0] ?? {}) as Readonly<Record<string, unknown>>
  return {
    matches: Number(row.matches),
    counts: terms.map((_, index) => Number(row[`term${index}`])),
    // Ids have gaps: fewer rows than ids say nothing, unless nothing is filtered and they begin at the first one.
    isEverything: isFiltered(filter) && Number(row.size) < SAMPLE,
  }
}

/** The words of the nearest notes that pass the filter. */
async function recent(db: Kysely<Tables>, filter: NoteFilter, count: number): Promise<Hits> {
  const words = db.selectFrom('note_words').select('note_words.note_id')
  if (isFiltered(filter)) {
    const nearest = filteredIds(db, filter).orderBy('note_id', direction(filter)).limit(count).as('nearest')
    return words.innerJoin(nearest, 'nearest.note_id', 'note_words.note_id') as unknown as Hits
  }
  // A range of ids: far cheaper than a list of them.
  if (filter.after !== undefined) return within(words, filter).where('note_words.note_id', '<=', filter.after + count)
  const newest = filter.before ?? (await newestId(db)) + 1
  return within(words, filter).where('note_words.note_id', '>=', newest - count)
}

function filteredIds(db: Kysely<Tables>, filter: NoteFilter) {
  const { tag, done, before, after } = filter
  if (tag === undefined) {
    let query = db.selectFrom('notes').select('id as note_id').where('done', '=', Number(done))
    if (before !== undefined) query = query.where('id', '<', before)
    if (after !== undefined) query = query.where('id', '>', after)
    return query
  }
  let query = db.selectFrom('note_tags').select('note_id').where('tag', '=', tag)
  if (done !== undefined) query = query.where('done', '=', Number(done))
  if (before !== undefined) query = query.where('note_id', '<', before)
  if (after !== undefined) query = query.where('note_id', '>', after)
  return query as unknown as SelectQueryBuilder<Tables, 'notes', { note_id: number }>
}

/** All hits by the full-text index; common words are looked for in what the others find. */
function indexed(db: Kysely<Tables>, filter: NoteFilter, { terms }: Search, counts: readonly number[]): Hits {
  const isRare = (_: Term, index: number) => (counts[index] ?? 0) <= COMMON
  const rare = terms.filter(isRare)
  const asked = rare.length > 0 ? rare : terms
  const expression = asked.map(term => term.expression).join(' ')
  const hits = within(db.selectFrom('note_words').select('note_words.note_id'), filter).where(
    sql<boolean>`match (note_words.words) against (${expression} in boolean mode)`,
  )
  const checked = like(
    hits,
    terms.filter(term => !asked.includes(term)),
  )
  if (filter.tag !== undefined) {
    const tagged = checked
      .innerJoin('note_tags', 'note_tags.note_id', 'note_words.note_id')
      .where('note_tags.tag', '=', filter.tag)
    return (filter.done === undefined
      ? tagged
      : tagged.where('note_tags.done', '=', Number(filter.done))) as unknown as Hits
  }
  if (filter.done === undefined) return checked
  return checked
    .innerJoin('notes', 'notes.id', 'note_words.note_id')
    .where('notes.done', '=', Number(filter.done)) as unknown as Hits
}

const like = (hits: Hits, terms: readonly Term[]): Hits =>
  terms.reduce((query, { pattern }) => query.where(sql<boolean>`note_words.words like ${pattern} escape '!'`), hits)

function within(hits: Hits, { before, after }: NoteFilter): Hits {
  let query = hits
  if (before !== undefined) query = query.where('note_words.note_id', '<', before)
  if (after !== undefined) query = query.where('note_words.note_id', '>', after)
  return query
}

async function idsOf(hits: Hits, filter: NoteFilter): Promise<readonly number[]> {
  const rows = await hits
    .orderBy('note_words.note_id', direction(filter))
    .limit(filter.limit + 1)
    .execute()
  return rows.map(row => row.note_id)
}

async function newestId(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('note_words')
    .select(({ fn }) => fn.max('note_id').as('id'))
    .executeTakeFirst()
  return row?.id ?? 0
}

const isFiltered = ({ tag, done }: NoteFilter): boolean => tag !== undefined || done !== undefined

const direction = ({ after }: NoteFilter): 'asc' | 'desc' => (after === undefined ? 'desc' : 'asc')

import type { Kysely } from 'kysely'
import { questionsOf } from '../data/questions.ts'
import { allResults } from '../data/results.ts'
import type { Tables } from '../data/tables.ts'
import { toIso } from '../dates.ts'
import { fromHundredths } from '../play/score.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'

/** Characters of a question that its column is called by. */
const HEADING = 60

/** A quiz's results as a CSV file, piece by piece: a line for each finished attempt, a column for each question. */
export async function* resultsCsv(db: Kysely<Tables>, quizId: string): AsyncGenerator<string> {
  const questions = await questionsOf(db, quizId)
  const headings = questions.map(({ text }, index) => `${index + 1}. ${shorten(text)}`)
  yield BYTE_ORDER_MARK + csvLine(['Nickname', 'Score', 'Maximum', 'Started', 'Finished', 'Seconds', ...headings])
  for await (const rows of allResults(db, quizId)) {
    yield rows
      .map(row =>
        csvLine([
          row.nickname,
          fromHundredths(row.score ?? 0),
          row.max_score ?? 0,
          toIso(row.started_at),
          toIso(row.finished_at ?? row.started_at),
          Math.round((row.duration_ms ?? 0) / 1000),
          ...questions.map(({ id }) => fromHundredths(row.points.get(id) ?? 0)),
        ]),
      )
      .join('')
  }
}

const shorten = (text: string): string => {
  const line = text.replace(/\s+/g, ' ')
  const characters = [...line]
  return characters.length > HEADING ? `${characters.slice(0, HEADING).join('')}…` : line
}

// `npm run new <kind> <name>`: makes a new part of the project by copying one that works, and says what to do next.
import { join } from 'node:path'
import { formatError, TerraceError } from '@terrace/kit'
import type { Kind } from './kind.ts'
import { KINDS } from './kinds.ts'

const PROJECT = join(import.meta.dirname, '../..')

try {
  const [name, ...words] = process.argv.slice(2)
  console.log(kindOf(name).make(words, PROJECT))
} catch (error) {
  if (!(error instanceof TerraceError)) throw error
  console.error(formatError(error))
  process.exitCode = error.blame === 'input' ? 2 : 70
}

function kindOf(name: string | undefined): Kind {
  const kind = KINDS.get(name ?? '')
  if (kind) return kind
  const [problem, code] =
    name === undefined
      ? ['the kind of what is to be made is missing', 'NEW_KIND_MISSING']
      : [`there is no kind of thing called ${JSON.stringify(name)} to make`, 'NEW_KIND_UNKNOWN']
  const kinds = [...KINDS.values()]
  const examples = kinds.map(({ example }) => `npm run new ${example}`)
  throw new TerraceError(code, `${problem}; there is: ${kinds.map(({ usage }) => usage).join(', ')}`, {
    hint: `for example: ${examples.join(', or ')}`,
  })
}

// `npm run deliver -- <system> <environment> [-c name=value …] [--version V]`: image, deployment, rollout, smoke test, and
// the way back when one of them fails. With `--endpoint-url` of a local cloud: a rehearsal on what runs there. Exit codes:
// 0 delivered; 1 not delivered, which the last line explains; 2 bad input.
import { spawnSync } from 'node:child_process'
import { systemClock } from '@terrace/kit'
import { deliver } from './deliver/delivery.ts'
import { stepsOnAws } from './deliver/on-aws.ts'
import { stepsOfRehearsal } from './deliver/rehearsal.ts'
import { readWords, type Words } from './deliver/words.ts'

const words = wordsOrEnd()
const { endpointUrl } = words
const steps =
  endpointUrl === undefined
    ? await stepsOnAws(words, words.version ?? commit(), systemClock).catch(failedEarly)
    : stepsOfRehearsal({ ...words, endpointUrl }, systemClock)
process.exitCode = (await deliver(steps)) === 'delivered' ? 0 : 1

function wordsOrEnd(): Words {
  try {
    return readWords(process.argv.slice(2))
  } catch (error) {
    return end(error instanceof Error ? error.message : String(error))
  }
}

/** The commit of a tree without changes: what a version names must be what was built. */
function commit(): string {
  const git = (...args: readonly string[]) => spawnSync('git', args, { encoding: 'utf8' }).stdout.trim()
  if (git('status', '--porcelain') !== '') {
    end(
      'there are changes that are not committed, so that no commit names what would be built; commit, or give --version',
    )
  }
  return git('rev-parse', '--short=12', 'HEAD')
}

function failedEarly(error: unknown): never {
  return end(`${error instanceof Error ? error.message : String(error)}\nnothing that runs has been touched`, 1)
}

function end(message: string, code = 2): never {
  console.error(message)
  process.exit(code)
}

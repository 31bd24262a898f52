// `npm run bench -- <name> [--seed N] [--quick]` and `npm run bench -- --list`: one line of JSON per figure. Benches
// that generate cases take `--count N`, the one of cut-outs `--segmenter NAME`.
// Exit code 1 when a figure misses its bar, 2 when there is no such bench.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench } from './figure.ts'

const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && existsSync(join(import.meta.dirname, entry.name, 'index.ts')))
  .map(entry => entry.name)
  .sort()

process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = readWords()
  if (values.list) {
    for (const name of names) console.log(`${name.padEnd(20)} ${(await load(name)).describe}`)
    return 0
  }
  const [name] = positionals
  if (name === undefined || positionals.length > 1) return refuse('say which bench to run')
  if (!names.includes(name)) return refuse(`there is no bench ${name}`)
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed)) return refuse(`--seed takes a whole number, got ${values.seed}`)

  const count = values.count === undefined ? undefined : Number(values.count)
  if (count !== undefined && !(Number.isSafeInteger(count) && count > 0))
    return refuse(`--count takes a whole number above 0, got ${values.count}`)
  const more = { ...(count && { count }), ...(values.segmenter && { segmenter: values.segmenter }) }

  const bench = await load(name)
  let missed = 0
  for await (const figure of bench.run({ seed, quick: values.quick, ...more })) {
    console.log(JSON.stringify(figure))
    if (!figure.pass) missed++
  }
  if (missed > 0) console.error(`${missed} of the figures of ${name} missed the bar`)
  return missed > 0 ? 1 : 0
}

function readWords() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        list: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        quick: { type: 'boolean', default: false },
        count: { type: 'string' },
        segmenter: { type: 'string' },
      },
    })
  } catch (error) {
    process.exit(refuse(error instanceof Error ? error.message : String(error)))
  }
}

function refuse(problem: string): number {
  console.error(`${problem}; known: ${names.join(', ') || 'none'}`)
  console.error('  npm run bench -- <name> [--seed N] [--quick] [--count N] [--segmenter NAME]')
  return 2
}

async function load(name: string): Promise<Bench> {
  const module: { readonly bench: Bench } = await import(`./${name}/index.ts`)
  return module.bench
}

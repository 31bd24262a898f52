// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of templates
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Random, seeded, TerraceError } from '@terrace/kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { load } from './load.ts'
import { parseTemplate } from './read/read-template.ts'
import { toPlain } from './read/template-node.ts'

const ODD: readonly unknown[] = [
  null,
  '',
  'odd',
  -1,
  3.5,
  true,
  [],
  {},
  [null],
  { Ref: 'Nobody' },
  { 'Fn::Sub': '${' },
  '__proto__',
]

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loader-'))
})
afterAll(() => rm(directory, { recursive: true }))

it.each(['two-tier.yaml', 'classic.yaml'])('a damaged %s is loaded or refused as input, never a crash', async name => {
  const path = join(import.meta.dirname, '..', 'fixtures', name)
  const text = await readFile(path, 'utf8')
  const random = seeded(name)
  const file = join(directory, 'damaged.json')
  for (let round = 0; round < 150; round++) {
    const template = toPlain(parseTemplate(text, path))
    const damage = damaged(template, random)
    await writeFile(file, JSON.stringify(template))
    const error = await load({ kind: 'template', file }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (error === undefined) continue
    expect(error, damage).toBeInstanceOf(TerraceError)
    expect(error, damage).toMatchObject({ blame: 'input', place: { file, line: expect.any(Number) } })
  }
})

/** Changes one value somewhere, and says what it did. */
function damaged(template: unknown, random: Random): string {
  let container = template as Record<string, unknown>
  let path = ''
  for (;;) {
    const key = random.pick(Object.keys(container))
    path += `.${key}`
    const value = container[key]
    const canDescend = typeof value === 'object' && value !== null && Object.keys(value).length > 0
    if (canDescend && random.next() < 0.85) {
      container = value as Record<string, unknown>
      continue
    }
    if (random.next() < 0.2 && !Array.isArray(container)) delete container[key]
    else container[key] = random.pick(ODD)
    return `${path} = ${JSON.stringify(container[key])}`
  }
}

import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { run } from '../commands.ts'
import { SIDE } from './target.ts'

const onAws = SIDE === 'aws' ? ' (skipped: on AWS nothing is started here)' : ''

it.skipIf(onAws)(
  `a program that starts and stops a cloud ends by itself, although its instances were terminated a moment ago${onAws}`,
  async () => {
    const program = fileURLToPath(new URL('start-and-stop.ts', import.meta.url))
    expect(await run(process.execPath, [program])).toMatchObject({ code: 0, errors: '' })
  },
)

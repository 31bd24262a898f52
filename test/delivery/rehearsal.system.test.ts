import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled, type Outcome, PROJECT, run } from '../commands.ts'
import { call } from '../http.ts'
import { type Running, startSystem } from '../running.ts'

const missing = ['aws', 'nginx'].filter(program => !isInstalled(program))
const skipped = missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} not installed)`

describe.skipIf(missing.length > 0)(`a delivery, rehearsed on the items that run here${skipped}`, () => {
  let items: Running
  beforeAll(async () => {
    items = await startSystem('items', { timeScale: 30 })
  })
  afterAll(() => items?.[Symbol.asyncDispose]())

  const script = (name: string, ...words: readonly string[]): Promise<Outcome> =>
    run(process.execPath, [`${PROJECT}/scripts/${name}.ts`, ...words])

  it('I-13: the smoke test finds them well, of this version and of no other', async () => {
    const good = await script('smoke', items.site, '/api/v1/items?limit=1', '--version', '0.1.0')
    expect([good.code, good.out]).toEqual([0, `${items.site}: well\n`])
  })

  it('I-13, I-11: tasks and instances are replaced through the AWS CLI, and no request fails', async () => {
    const failures: string[] = []
    let requests = 0
    let isOver = false
    const traffic = (async () => {
      while (!isOver) {
        for (const path of ['/', '/api/v1/items?limit=1']) {
          const { status } = await call(items.site + path)
          requests++
          if (status !== 200) failures.push(`${path} ${status}`)
        }
      }
    })()
    const endpoint = items.cloud.urls.aws ?? ''
    const { code, out, errors } = await script('deliver', 'items', 'dev', '--endpoint-url', endpoint)
    isOver = true
    await traffic
    const lines = out.split('\n').filter(Boolean)
    expect([code, errors, lines]).toEqual([
      0,
      '',
      [
        expect.stringContaining('cloud-native-demo-dev-api: the new deployment is complete'),
        expect.stringContaining('cloud-native-demo-dev-frontend: the instance refresh is Successful'),
        expect.stringMatching(/delivered$/),
      ],
    ])
    expect(failures).toEqual([])
    expect(requests).toBeGreaterThan(100)
  })

  it('says which systems there is a delivery of', async () => {
    const endpoint = items.cloud.urls.aws ?? ''
    const { code, errors } = await script('deliver', 'library', 'dev', '--endpoint-url', endpoint)
    expect([code, errors]).toEqual([2, 'there is no delivery of "library"; give one of items\n'])
  })
})

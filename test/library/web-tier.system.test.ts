import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { call, json } from '../http.ts'
import { type RunningLibrary, startLibrary } from './running.ts'

describe.skipIf(!isInstalled('nginx'))('the library with its web tier (needs NGINX)', () => {
  let library: RunningLibrary
  let api: string
  beforeAll(async () => {
    library = await startLibrary({ variant: 'web-tier' })
    api = library.site.replace('://', '://app.')
  })
  afterAll(() => library?.stop())

  it('L-18: serves the page from NGINX, which fetched it from the bucket with its role', async () => {
    const page = await call(`${library.site}/`)
    expect(page.status).toBe(200)
    expect(page.body).toContain('<div id="root">')
  })

  it('L-18: carries an API call from the public balancer through NGINX and the internal balancer', async () => {
    const { status } = await call(`${api}/users/`, { method: 'POST', body: { name: 'Ada' } })
    expect(status).toBe(201)
    expect(await json(`${api}/users/`)).toMatchObject([{ name: 'Ada' }])
  })

  it('L-18: has two NGINX instances and two of the API, one of each in each zone', async () => {
    const { tiers, ready } = await library.cloud.status()
    expect(ready).toBe(true)
    for (const { instances } of tiers) {
      expect(instances.map(({ zone }) => zone).sort()).toEqual(['us-east-1a', 'us-east-1b'])
      expect(new Set(instances.map(({ health }) => health))).toEqual(new Set(['healthy']))
    }
    expect(tiers).toHaveLength(2)
  })

  it('L-18: says nothing of a part that is not emulated', () => {
    expect(library.cloud.notEmulated.filter(line => /nginx|internal load balancer/i.test(line))).toEqual([])
  })
})

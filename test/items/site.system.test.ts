import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { type Answer, call } from '../http.ts'
import type { Running } from '../running.ts'
import { withOtherSite } from './other-site.ts'
import { frontendOf, startItems } from './running.ts'

/** A page as a browser holds it open. */
interface Page {
  /** Scripts and styles that it needs now or may need later, as paths. */
  readonly parts: readonly string[]
  readonly cookie: string
}

describe.skipIf(!isInstalled('nginx'))('another release of the site (needs NGINX)', () => {
  let items: Running
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'terrace-items-site-'))
    // Instances warm up for three minutes before the next one is replaced.
    items = await startItems({ timeScale: 60 })
  })
  afterAll(async () => {
    await items?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const get = (path: string, cookie = '') =>
    call(`${items.site}${path}`, cookie === '' ? {} : { headers: { Cookie: cookie } })

  /** Opens the page as somebody who comes for the first time, with all that its scripts may load later. */
  async function open(): Promise<Page> {
    const page = await good('/')
    const cookie = [page.headers['set-cookie'] ?? []]
      .flat()
      .map(each => each.split(';', 1)[0])
      .join('; ')
    const first = partsIn(page.body)
    const scripts = await Promise.all(first.filter(path => path.endsWith('.js')).map(path => good(path, cookie)))
    return { parts: [...new Set([...first, ...scripts.flatMap(({ body }) => partsIn(body))])], cookie }
  }

  async function good(path: string, cookie?: string): Promise<Answer> {
    const answer = await get(path, cookie)
    if (answer.status !== 200) failures.push(`${answer.status} ${path}`)
    return answer
  }
  let failures: string[] = []

  /** Goes on opening pages and asking for their parts, and for those of one that has been open from before. */
  async function browse(old: Page, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const page = await open()
      for (const path of page.parts) await good(path, page.cookie)
      for (const path of old.parts) await good(path)
    }
  }

  /** Brings a change in while people browse. @returns how it ended, and which answers were not good */
  async function underWay(old: Page, change: () => ReturnType<Running['cloud']['update']>) {
    failures = []
    let isOver = false
    const updating = change().finally(() => {
      isOver = true
    })
    const [{ status }] = await Promise.all([updating, browse(old, () => isOver)])
    return { status, failures }
  }

  it('I-11: is rolled out while pages of both are open, each of which finds all its parts', async () => {
    const before = (await frontendOf(items)).instances.map(({ id }) => id)
    const old = await open()
    expect(old.parts.length).toBeGreaterThan(3)
    const architecture = withOtherSite(items.architecture, join(folder, 'second'), 'second')
    const outcome = await underWay(old, () => items.cloud.update({ architecture }))
    expect(outcome).toEqual({ status: 'UPDATE_COMPLETE', failures: [] })
    const after = (await frontendOf(items)).instances.map(({ id }) => id)
    expect(after.filter(id => before.includes(id))).toEqual([])
    const page = await open()
    expect(page.parts.every(path => path.includes('-second.'))).toBe(true)
    for (const path of [...old.parts, ...page.parts]) expect([path, (await get(path)).status]).toEqual([path, 200])
  })
})

const partsIn = (text: string): readonly string[] =>
  [...text.matchAll(/assets\/[\w-]+\.(?:js|css)/g)].map(([path]) => `/${path}`)

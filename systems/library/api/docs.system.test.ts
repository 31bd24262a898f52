import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { userInfo } from 'node:os'
import { databaseKinds } from '@terrace/service/testing'
import { chromium } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { startLibrary } from './testing/running-library.ts'

const CHROMIUM = '/usr/bin/chromium'
const missing = existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not installed`

describe.skipIf(missing)(`the docs in a browser${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it.each(['light', 'dark'] as const)(
    'send a request and show its answer, without a barrier, in %s (L-04)',
    async colorScheme => {
      const databases = await databaseKinds.find(({ kind }) => kind === 'sqlite')?.start()
      if (!databases) throw new Error('there is no SQLite')
      await using library = await startLibrary(await databases.create())
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: userInfo().uid === 0 ? ['--no-sandbox'] : [],
      })
      try {
        const page = await browser.newPage({ colorScheme, viewport: { width: 390, height: 844 } })
        const complaints: string[] = []
        page.on('console', message => {
          if (message.type() === 'error') complaints.push(message.text())
        })
        page.on('pageerror', error => complaints.push(String(error)))
        await page.goto(`${library.url}/docs`)
        await page.getByText('Add a user').click()
        const operation = page.locator('#postUsers')
        await operation.getByRole('button', { name: 'Send' }).click()
        await operation.locator('pre', { hasText: '201 Created' }).waitFor()
        expect(await operation.locator('pre').textContent()).toContain('"name": "Alice"')
        expect((await library.client.get('/users/')).body).toMatchObject([{ name: 'Alice' }])
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
        await page.evaluate(axeSource())
        const { violations } = (await page.evaluate('axe.run()')) as { violations: { id: string }[] }
        expect(violations.map(({ id }) => id)).toEqual([])
        expect(complaints).toEqual([])
        if (process.env.DOCS_PICTURE)
          await page.screenshot({ path: `${process.env.DOCS_PICTURE}-${colorScheme}.png`, fullPage: true })
      } finally {
        await browser.close()
        await databases.remove()
      }
    },
  )
})

const axeSource = (): string => (createRequire(import.meta.url)('axe-core') as { source: string }).source

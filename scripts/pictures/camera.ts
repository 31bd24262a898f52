import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Starts the machine's own browser. @throws Error that names the package when there is none */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? CANDIDATES.find(existsSync)
  if (executablePath === undefined) {
    throw new Error('pictures need Chromium, which is not on this machine: apt-get install chromium, or set CHROMIUM')
  }
  return chromium.launch({ executablePath, args: ARGUMENTS })
}

/** A picture of a page, as large as its content, in PNG. */
export async function pictureOf(browser: Browser, html: string): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 900, height: 200 }, deviceScaleFactor: 1.5 })
  try {
    await page.setContent(html)
    return await page.locator('main').screenshot()
  } finally {
    await page.close()
  }
}

/** What a visitor sees at an address. The certificate is looked at elsewhere: the browser does not know our authority. */
export async function visit(browser: Browser, address: string): Promise<Buffer> {
  const page = await browser.newPage({
    viewport: { width: 1000, height: 640 },
    deviceScaleFactor: 1.5,
    ignoreHTTPSErrors: true,
  })
  try {
    await page.goto(address)
    return await page.screenshot()
  } finally {
    await page.close()
  }
}

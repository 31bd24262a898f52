import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The browser of this machine, or undefined: tests that need it are then skipped by name. */
export const chromiumPath: string | undefined = PLACES.find(existsSync)

/** Title for a group of tests that need the browser; says why when they are skipped. */
export const needsChromium = (title: string): string =>
  chromiumPath ? title : `${title} (skipped: Chromium is not installed; npm run setup installs it)`

/** Starts the installed Chromium, without a window and without traffic of its own. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: [
      // Root has no user namespace to sandbox with.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })

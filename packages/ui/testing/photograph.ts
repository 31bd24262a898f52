import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Where the photographs go; none are taken without it. */
const PICTURES = process.env.UI_PICTURES

/** Takes pictures of a system's pages when `UI_PICTURES` names a folder. */
export const photographer =
  (system: string) =>
  async (page: Page, name: string, fullPage = true): Promise<void> => {
    if (PICTURES) await page.screenshot({ fullPage, path: join(PICTURES, `${system}-${name}.png`) })
  }

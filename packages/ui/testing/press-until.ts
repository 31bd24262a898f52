import type { Locator, Page } from 'playwright-core'

/** Ten seconds of frames: more than any page here needs. */
const MOST_FRAMES = 600

/**
 * For tests: presses a key, frame by frame, until something is in sight. Rows that are drawn on the way to the end of a
 * long list change the height of the page, so that one press may not lead there.
 */
export async function pressUntil(page: Page, key: string, wanted: Locator): Promise<void> {
  for (let frames = 0; frames < MOST_FRAMES && !(await wanted.isVisible()); frames++) {
    await page.keyboard.press(key)
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(resolve)))
  }
  await wanted.waitFor()
}

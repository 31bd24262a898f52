import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/**
 * What axe finds wrong with the page as it stands: one line per rule and element, empty when nothing is. The rules are
 * those of WCAG 2.2 A and AA and axe's best practices.
 *
 * @param within  a selector; the whole page when left out. While a picker's list is open React Aria hides all else from
 *   screen readers on purpose, which axe cannot know: look at the list alone then
 */
export async function axeViolations(page: Page, within?: string): Promise<readonly string[]> {
  // Through the debugger, not as a script element: the page's content security policy allows none of ours.
  await page.evaluate(axe.source)
  // React Aria's announcer keeps what it said for some seconds, also about an element that is gone by then.
  const scope = { ...(within && { include: [[within]] }), exclude: [['[data-live-announcer]']] }
  const results = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(scope)}, { resultTypes: ["violations"] })`)
  return results.violations.flatMap(violation =>
    violation.nodes.map(node => `${violation.id}: ${node.html.slice(0, 160)} (${node.failureSummary ?? ''})`),
  )
}

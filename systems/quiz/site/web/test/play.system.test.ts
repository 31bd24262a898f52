import { gzipSync } from 'node:zlib'
import { axeViolations, type BuiltSite, chromiumPath, needsChromium } from '@terrace/ui/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playText } from '../src/text/play-text.ts'
import { text } from '../src/text/text.ts'
import { expectSound, fillIn } from './page-steps.ts'
import { buildQuiz, photograph, startSite } from './running-site.ts'
import { CLOSED_CODE, CODE, emptySite, smallSite } from './sample-data.ts'
import { standInApi } from './stand-in-api.ts'

const FAILED_REQUEST = /Failed to load resource/

/** Scripts that a player's first page loads, compressed, bytes: no more than the shop's page. */
const PLAYER_BUDGET = 195_000

const heading = (page: Page, name: string) => page.getByRole('heading', { name })

/** Starts the sample quiz. */
async function begin(page: Page, nickname: string): Promise<void> {
  await page.getByLabel(playText.nickname).fill(nickname)
  await page.keyboard.press('Enter')
  await heading(page, 'Which river flows through Vienna?').waitFor()
}

describe.skipIf(!chromiumPath)(needsChromium('taking a quiz'), () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildQuiz()
  })
  afterAll(() => built?.close())

  it('goes from the code to the leaderboard by keyboard alone, and every step is sound (Q-01)', async () => {
    const api = standInApi(smallSite())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/')
    await heading(page, text.joinTitle).waitFor()
    await expectSound(page, 'home', 'desk')
    await page.getByLabel(text.code).focus()
    await page.keyboard.type(CODE.toLowerCase())
    await page.keyboard.press('Enter')
    await heading(page, 'Rivers, primes and mountains').waitFor()
    await page.getByText('5 questions, 6 points.').waitFor()
    await expectSound(page, 'start', 'phone')
    await begin(page, '<b>Player</b>')
    await expectSound(page, 'one', 'phone')
    await page.getByText(playText.keysChoice).waitFor()
    await page.keyboard.press('2')
    await page.keyboard.press('Enter')
    await heading(page, 'Which of these are primes?').waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Which of these are primes?')
    for (const key of ['1', '2', '3', '2']) await page.keyboard.press(key)
    await expectSound(page, 'several', 'phone')
    await page.keyboard.press('Enter')
    await page.getByLabel(playText.writeAnswer).focus()
    await page.keyboard.type('Lisboa')
    await expectSound(page, 'text', 'phone')
    await page.keyboard.press('Enter')
    await heading(page, 'Put these mountains in order, the lowest first.').waitFor()
    await page.keyboard.press('3')
    for (const _ of [1, 2]) await page.keyboard.press('ArrowUp')
    await page.getByText(playText.moved('Zugspitze', 1, 3)).waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Zugspitze')
    await page.getByRole('button', { name: playText.moveUp('Mont Blanc') }).focus()
    await page.keyboard.press('Space')
    await page.getByText(playText.moved('Mont Blanc', 2, 3)).waitFor()
    await expectSound(page, 'order', 'phone')
    await page.keyboard.press('ArrowDown')
    await heading(page, 'Put these mountains in order, the lowest first.').focus()
    await page.keyboard.press('Enter')
    await heading(page, 'Where is the square?').waitFor()
    await expectSound(page, 'picture', 'phone')
    await page.keyboard.press('Enter')
    await page.getByText(playText.reviewSome(1)).waitFor()
    await expectSound(page, 'review', 'phone')
    await page.goBack()
    await heading(page, 'Where is the square?').waitFor()
    await page.keyboard.press('1')
    await page.keyboard.press('Enter')
    await page.getByText(playText.reviewAll).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(text.scoreOf(6, 6)).first().waitFor()
    await page.getByRole('row', { name: playText.you('<b>Player</b>') }).waitFor()
    await page.getByText('The Danube flows through four capitals.').waitFor()
    await expectSound(page, 'result', 'phone')
    await page.reload()
    await page.getByText(text.scoreOf(6, 6)).first().waitFor()
    await page.getByRole('button', { name: playText.playAgain }).click()
    await page.getByRole('button', { name: playText.startQuiz }).waitFor()
    expect(complaints).toEqual([])
  })

  it('keeps answers through silence and a reload, sends each once it can, and loses none (Q-01)', async () => {
    const api = standInApi(smallSite())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open(`/play/${CODE}`, { expected: /./, width: 390 })
    await begin(page, 'Ada')
    await Promise.all([page.waitForResponse(/answers\/one/), page.getByLabel('Elbe').check()])
    api.silent = /answers|finish/
    await page.getByLabel('Danube').check()
    await page.getByText(playText.unsent).waitFor()
    await photograph(page, 'unsent')
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: playText.next }).click()
    await page.getByLabel('11').check()
    await page.reload()
    await heading(page, 'Which of these are primes?').waitFor()
    expect(await page.getByLabel('11').isChecked()).toBe(true)
    await page.getByRole('button', { name: playText.back }).click()
    expect(await page.getByLabel('Danube').isChecked()).toBe(true)
    await page.goto(`${site.server.url}/play/${CODE}?q=6`)
    await page.getByRole('button', { name: playText.finish }).click()
    await page.getByText(playText.notFinished(text.errorAway)).waitFor()
    api.silent = undefined
    await page.getByRole('button', { name: playText.finish }).click()
    await page.getByText(playText.score, { exact: true }).waitFor()
    const [attempt] = api.state.attempts
    expect(attempt?.answers.get('one')?.optionIds).toEqual(['one-b'])
    expect(attempt?.answers.get('several')?.optionIds).toEqual(['sev-c'])
    await photograph(page, 'result-390-light')
  })

  it('says clearly that a quiz is closed or unknown, and lets finish what was begun (Q-01)', async () => {
    const api = standInApi(smallSite())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open(`/play/${CLOSED_CODE}`, { expected: FAILED_REQUEST })
    await heading(page, playText.closedTitle).waitFor()
    await page.getByRole('row', { name: /Grace/ }).waitFor()
    await expectSound(page, 'closed', 'phone')
    await page.goto(`${site.server.url}/play/NOSUCH22`)
    await heading(page, playText.unknownTitle).first().waitFor()
    await expectSound(page, 'unknown', 'phone')
    await page.goto(`${site.server.url}/nowhere`)
    await heading(page, text.notFoundTitle).first().waitFor()
    await page.goto(`${site.server.url}/play/${CODE}`)
    await begin(page, 'Late')
    const [quiz] = api.state.quizzes
    Object.assign(quiz ?? {}, { state: 'closed' })
    await page.keyboard.press('2')
    await page.getByText(playText.refusedAnswers('The quiz is closed.')).waitFor()
    await photograph(page, 'closed-meanwhile')
    await page.goto(`${site.server.url}/play/${CODE}?q=6`)
    await page.getByRole('button', { name: playText.finish }).click()
    await page.getByText(playText.score, { exact: true }).waitFor()
    const [attempt] = api.state.attempts
    Object.assign(attempt ?? {}, { state: 'expired' })
    await page.reload()
    await heading(page, playText.expiredTitle).waitFor()
    api.state.attempts.splice(0)
    Object.assign(quiz ?? {}, { state: 'published' })
    await page.reload()
    await page.getByText(playText.attemptGone).waitFor()
  })

  it('shows an outline on a slow network, says what failed, and recovers (Q-01)', async () => {
    const api = standInApi(smallSite())
    await using site = await startSite(built, api.listener)
    const { promise, resolve: answer } = Promise.withResolvers<void>()
    api.held = promise
    api.failing = /api\/play/
    const { page } = await site.open(`/play/${CODE}`, { expected: FAILED_REQUEST })
    await page.getByText('Loading…').first().waitFor({ state: 'attached' })
    answer()
    await heading(page, playText.quizFailure).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(await page.getByText('stack trace').count()).toBe(0)
    api.failing = undefined
    await page.getByRole('button', { name: 'Try again' }).click()
    api.failing = /attempts/
    await fillIn(page, { [playText.nickname]: 'Ada' })
    await page.getByRole('button', { name: playText.startQuiz }).click()
    await page.getByText(text.errorBroken).waitFor()
    await photograph(page, 'not-started')
    expect(await page.getByLabel(playText.nickname).inputValue()).toBe('Ada')
    api.failing = undefined
    await page.getByRole('button', { name: playText.startQuiz }).dblclick()
    await heading(page, 'Which river flows through Vienna?').waitFor()
    expect(api.state.attempts).toHaveLength(1)
  })

  it('asks for no session, loads nothing of the editor, and stays within its budget (Q-01)', async () => {
    const api = standInApi(emptySite())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open(`/play/${CODE}`)
    await heading(page, 'Nothing yet').waitFor()
    const scripts = new Map<string, number>()
    page.on('response', async response => {
      if (response.url().endsWith('.js')) scripts.set(response.url(), gzipSync(await response.body()).length)
    })
    await page.reload({ waitUntil: 'networkidle' })
    await heading(page, 'Nothing yet').waitFor()
    expect([...scripts.keys()].filter(url => /author|account/.test(url))).toEqual([])
    expect([...scripts.keys()].every(url => url.includes('/static/'))).toBe(true)
    expect(api.requests.filter(line => !line.includes('/api/play/'))).toEqual([])
    const total = [...scripts.values()].reduce((sum, size) => sum + size, 0)
    expect(total).toBeGreaterThan(50_000)
    expect(total).toBeLessThan(PLAYER_BUDGET)
  })
})

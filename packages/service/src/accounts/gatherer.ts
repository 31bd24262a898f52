interface Waiting<Question, Answer> {
  readonly question: Question
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/**
 * Asks one after the other, and all that came up meanwhile together: a single question goes at once, and under load
 * many share one trip to the database. Nothing is kept: an answer is never older than its question.
 */
export class Gatherer<Question, Answer> {
  readonly #answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>
  readonly #most: number
  #waiting: Waiting<Question, Answer>[] = []
  #isBusy = false

  /**
   * @param answerAll  answers in the order of the questions; what it throws, all of them get
   * @param most  questions at once
   */
  constructor(answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>, most = 50) {
    this.#answerAll = answerAll
    this.#most = most
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject })
      if (!this.#isBusy) this.#work()
    })
  }

  async #work(): Promise<void> {
    this.#isBusy = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#most)
      try {
        const answers = await this.#answerAll(batch.map(({ question }) => question))
        for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isBusy = false
  }
}

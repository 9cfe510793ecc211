// The editor of a problem's files: saved as typed, others' saves shown, and nothing overwritten.
const $ = (selector, root = document) => root.querySelector(selector)
const texts = JSON.parse($("#author-texts").textContent)
const SAVE_MS = 1200, LOOK_MS = 3000, PREVIEW_MS = 700
const clock = at => new Date(at).toLocaleTimeString(document.documentElement.lang, {timeStyle: "short"})
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])

// One file as this page has it: what the server has is `base`, at `revision`.
class WorkingFile {
  constructor(form, say, text, put) {
    Object.assign(this, {form, say, text, put, timer: 0, busy: Promise.resolve()})
    this.place = `/problems/${form.dataset.slug}/working/${form.dataset.path.split("/").map(encodeURIComponent).join("/")}`
    this.revision = Number($("[name=base_revision]", form).value)
    this.base = text()
    addEventListener("beforeunload", event => { if (this.changed) { this.save(); event.preventDefault() } })
    setInterval(() => this.look(), LOOK_MS)
  }
  get changed() { return this.text() !== this.base }
  typed() { this.say(texts.typing); clearTimeout(this.timer); this.timer = setTimeout(() => this.save(), SAVE_MS) }
  save() { clearTimeout(this.timer); this.busy = this.busy.then(() => this.#save()); return this.busy }
  async #save() {
    const mine = this.text()
    if (mine === this.base) return
    try {
      const answer = await fetch(this.place, {method: "PUT", keepalive: mine.length < 60000, headers: {"Content-Type": "application/json"}, body: JSON.stringify({text: mine, base_revision: this.revision})})
      const body = await answer.json()
      if (answer.status === 409 && body.aside) return this.conflict(body, mine)
      if (!answer.ok) { this.say(body.message); if (answer.status >= 500) this.timer = setTimeout(() => this.save(), 5000); return }
      this.base = mine
      this.setRevision(body.revision)
      this.say(fill(texts.saved, {time: clock(body.saved_at_ms)}))
    } catch { this.say(texts.offline); this.timer = setTimeout(() => this.save(), 5000) }
  }
  setRevision(revision) { this.revision = revision; $("[name=base_revision]", this.form).value = revision }
  // Theirs is the file now, mine is set aside on the server: the link leads to both. What was typed
  // while the server answered is set aside, too.
  async conflict(body, mine) {
    const later = this.text()
    if (later !== mine) try {
      await fetch(this.place, {method: "PUT", headers: {"Content-Type": "application/json"}, body: JSON.stringify({text: later, base_revision: 0})})
    } catch { this.say(texts.offline); return }
    this.base = body.text
    this.setRevision(body.revision)
    this.put(body.text)
    const link = document.createElement("a")
    link.href = `/problems/${this.form.dataset.slug}/aside/${body.aside}`
    link.textContent = texts.compare
    this.say(`${body.message} `, link)
  }
  async look() {
    if (document.hidden) return
    try {
      const answer = await fetch(`${this.place}?since=${this.revision}`)
      if (!answer.ok) return
      const body = await answer.json()
      if (body.revision === this.revision || body.text === undefined || body.text === null) return
      const said = {who: body.by, time: clock(body.saved_at_ms)}
      if (this.changed) { this.say(fill(texts.newerUnseen, said)); return }
      this.base = body.text
      this.setRevision(body.revision)
      this.put(body.text)
      this.say(fill(texts.newer, said))
    } catch { /* the next look may reach it */ }
  }
}

function saying(place) { return (...parts) => place.replaceChildren(...parts) }

async function openFile() {
  const form = $("#file")
  if (!form) return
  const area = $("textarea", form)
  let editor = null, file = null
  const put = value => { area.value = value; editor?.setText(value) }
  const readOnly = form.dataset.readonly === "1"
  if (!matchMedia("(max-width: 600px)").matches && localStorage.getItem("plain-editor") !== "1") {
    const {mount} = await import("/static/vendor/editor.js")
    const phrases = JSON.parse($("#texts").textContent).phrases
    editor = mount(area, {mode: form.dataset.mode, label: form.dataset.label, nonce: form.dataset.nonce, phrases, readOnly, onChange: () => file?.typed()})
    if (Number(form.dataset.line) > 0) editor.goTo(Number(form.dataset.line))
  }
  if (readOnly) return
  const text = () => editor ? editor.text() : area.value
  file = new WorkingFile(form, saying($("#saved")), text, put)
  area.addEventListener("input", () => file.typed())
  form.addEventListener("submit", event => { event.preventDefault(); file.save() })
  for (const other of document.querySelectorAll("form[method=post]")) if (other !== form) other.addEventListener("submit", async event => {
    if (!file.changed) return
    event.preventDefault()
    await file.save()
    other.submit()
  })
  addEventListener("keydown", event => { if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); file.save() } })
}

function openStatements() {
  for (const form of document.querySelectorAll(".statement-source")) {
    const area = $("textarea", form), shown = $(".preview", form.parentElement)
    const file = new WorkingFile(form, saying($(".saved", form)), () => area.value, value => { area.value = value; preview() })
    let timer = 0
    async function preview() {
      const body = new FormData()
      body.set("file", form.dataset.path)
      body.set("text", area.value)
      try {
        const answer = await fetch(`/problems/${form.dataset.slug}/preview`, {method: "POST", body})
        if (answer.ok) shown.innerHTML = await answer.text()
      } catch { /* the next letter asks again */ }
    }
    area.addEventListener("input", () => { file.typed(); clearTimeout(timer); timer = setTimeout(preview, PREVIEW_MS) })
    form.addEventListener("submit", event => { event.preventDefault(); file.save() })
  }
}

function findFiles() {
  const field = $("#find-file")
  if (!field) return
  field.hidden = false
  field.addEventListener("input", () => {
    for (const item of document.querySelectorAll(".tree li")) item.hidden = !item.textContent.includes(field.value.trim())
  })
  $(".tree .here")?.scrollIntoView({block: "nearest"})
}

for (const form of document.querySelectorAll("form[data-confirm]")) form.addEventListener("submit", event => { if (!confirm(form.dataset.confirm)) event.preventDefault() })
findFiles()
openFile()
openStatements()

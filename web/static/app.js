// What pages do besides being read. Every page works without this file.
const $ = (selector, root = document) => root.querySelector(selector)
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)]
const texts = JSON.parse($("#texts")?.textContent ?? "{}")

// ---- instants in the reader's own time -----------------------------------------------------------
function localise(root = document) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {dateStyle: "medium", timeStyle: "medium"})
  for (const time of $$("time[data-ms]", root)) time.textContent = format.format(new Date(Number(time.dataset.ms)))
}

// ---- the clock of a sitting: the server's, carried on from the moment the page was made -----------
function runTimer() {
  const timer = $(".timer[data-left-ms]")
  if (!timer) return
  const ends = performance.now() + Number(timer.dataset.leftMs)
  const spoken = $("#spoken")
  let said = 99
  const tick = () => {
    const left = Math.max(0, ends - performance.now()), seconds = Math.floor(left / 1000)
    const h = Math.floor(seconds / 3600), m = Math.floor(seconds / 60) % 60, s = seconds % 60
    $("b", timer).textContent = (h ? `${h}:${String(m).padStart(2, "0")}` : m) + ":" + String(s).padStart(2, "0")
    for (const mark of [15, 5, 1]) if (seconds < mark * 60 && said > mark) {
      said = mark
      if (spoken && seconds > 0) spoken.textContent = texts.minutesLeft.replace("{n}", mark)
    }
    if (left > 0) setTimeout(tick, 1000 - (left % 1000 || 0) + 5); else location.reload()
  }
  if (Number(timer.dataset.leftMs) > 0) tick()
}

// ---- the editor and its draft ---------------------------------------------------------------------
async function openEditor() {
  const form = $("#answer")
  if (!form) return
  const area = $("textarea", form), select = $("select[name=language]", form), state = $("#draft")
  const byLanguage = JSON.parse($("#drafts").textContent)
  const slug = form.dataset.problem
  const store = language => `draft:${form.dataset.person}:${slug}:${language}`
  let language = select.value, editor = null, timer = 0, saving = Promise.resolve()

  const text = () => editor ? editor.text() : area.value
  const put = value => { area.value = value; editor?.setText(value) }
  const say = message => { state.textContent = message }

  async function save() {
    clearTimeout(timer)
    const of = language, mine = text(), base = byLanguage[of]
    try { localStorage.setItem(store(of), JSON.stringify({text: mine, base: base.revision})) } catch { /* private mode */ }
    if (mine === base.text) return
    try {
      const answer = await fetch(`/drafts/${slug}/${of}`, {
        method: "PUT", headers: {"Content-Type": "application/json"},
        body: JSON.stringify({text: mine, base_revision: base.revision}),
      })
      const body = await answer.json()
      if (answer.status === 409) return conflict(of, mine, body)
      if (answer.status >= 500) timer = setTimeout(queueSave, 5000)
      if (!answer.ok) return say(body.message ?? texts.onlyHere)
      byLanguage[of] = {...base, text: mine, revision: body.revision}
      try { localStorage.removeItem(store(of)) } catch { /* as above */ }
      say(texts.saved.replace("{time}", new Date(body.saved_at_ms).toLocaleTimeString(document.documentElement.lang, {timeStyle: "short"})))
    } catch { say(texts.onlyHere); timer = setTimeout(queueSave, 5000) }
  }
  function queueSave() { saving = saving.then(save, save); return saving }
  function changed() { say(texts.unsaved); clearTimeout(timer); timer = setTimeout(queueSave, 1500) }

  // Two texts, and neither is thrown away: the person chooses.
  function conflict(of, mine, theirs) {
    const box = $("#conflict")
    $(".theirs", box).textContent = theirs.text
    $("p", box).textContent = theirs.message
    say(theirs.message)
    $("button[value=mine]", box).onclick = () => { byLanguage[of].revision = theirs.revision; byLanguage[of].text = theirs.text; box.close(); queueSave() }
    $("button[value=theirs]", box).onclick = () => {
      byLanguage[of] = {...byLanguage[of], text: theirs.text, revision: theirs.revision}
      try { localStorage.setItem(store(of) + ":other", mine) } catch { /* as above */ }
      if (of === language) put(theirs.text)
      box.close()
    }
    if (!box.open) box.showModal()
  }

  // A draft that only this computer has (the network was gone): put it back, and save it.
  function recover() {
    let kept = null
    try { kept = JSON.parse(localStorage.getItem(store(language)) ?? "null") } catch { /* none */ }
    if (!kept || kept.text === byLanguage[language].text) return
    if (kept.base === byLanguage[language].revision) { put(kept.text); changed(); say(texts.recovered) }
    else conflict(language, kept.text, {text: byLanguage[language].text, revision: byLanguage[language].revision, message: texts.conflict})
  }

  select.addEventListener("change", async () => {
    await queueSave()
    language = select.value
    put(byLanguage[language].text)
    editor?.setMode(byLanguage[language].mode)
    recover()
    $("#langname") && ($("#langname").textContent = select.selectedOptions[0].textContent)
  })
  area.addEventListener("input", changed)
  addEventListener("beforeunload", () => { try { if (text() !== byLanguage[language].text) localStorage.setItem(store(language), JSON.stringify({text: text(), base: byLanguage[language].revision})) } catch { /* as above */ } })
  addEventListener("online", queueSave)
  form.addEventListener("submit", () => { clearTimeout(timer); if (editor) area.value = editor.text(); setTimeout(() => $$("button", form).forEach(b => { b.disabled = true }), 0) })
  addEventListener("pageshow", () => $$("button", form).forEach(b => { b.disabled = b.dataset.off === "1" }))
  $("#starter")?.addEventListener("click", () => { if (confirm(texts.replace)) { put(byLanguage[language].starter); changed() } })

  async function rich() {
    const {mount} = await import("/static/vendor/editor.js")
    editor = mount(area, {mode: byLanguage[language].mode, label: form.dataset.label, nonce: form.dataset.nonce, phrases: texts.phrases, onChange: changed})
    const line = Number(form.dataset.line)
    if (line > 0) editor.goTo(line)
  }
  const plain = () => localStorage.getItem("plain-editor") === "1"
  const toggle = $("#plain")
  if (toggle) {
    toggle.hidden = false
    toggle.addEventListener("click", () => {
      localStorage.setItem("plain-editor", plain() ? "0" : "1")
      if (editor) { area.value = editor.text(); editor.destroy(); editor = null } else rich()
    })
  }
  const phone = matchMedia("(max-width: 600px)").matches
  if (!plain() && !phone) await rich()
  recover()

  addEventListener("keydown", event => {
    if (localStorage.getItem("no-keys") === "1") return
    const control = event.ctrlKey || event.metaKey
    if (control && event.key === "Enter") { event.preventDefault(); form.requestSubmit($(`button[value=${event.shiftKey ? "submit" : "samples"}]`, form)) }
    else if (control && event.key.toLowerCase() === "s") { event.preventDefault(); queueSave() }
    else if (event.key === "F6") { event.preventDefault(); nextPane(editor) }
  }, {capture: true})
}

function nextPane(editor) {
  const panes = $$("[data-pane]"), now = panes.findIndex(pane => pane.contains(document.activeElement))
  const next = panes[(now + 1) % panes.length]
  if (next?.dataset.pane === "editor" && editor) editor.focus()
  else ($("textarea:not([hidden])", next) ?? next)?.focus()
}

// ---- keys -----------------------------------------------------------------------------------------
addEventListener("keydown", event => {
  const typing = event.target.closest?.("input, textarea, select, .cm-editor")
  if (event.key === "?" && !typing && localStorage.getItem("no-keys") !== "1") location.href = "/keys"
})
$("#nokeys")?.addEventListener("change", event => localStorage.setItem("no-keys", event.target.checked ? "1" : "0"))
if ($("#nokeys")) $("#nokeys").checked = localStorage.getItem("no-keys") === "1"

// ---- a form is sent once: a second click would send it again ------------------------------------
document.addEventListener("submit", event => {
  const buttons = $$("button", event.target)
  setTimeout(() => { if (!event.defaultPrevented && event.target.method === "post") buttons.forEach(b => { b.disabled = true }) }, 0)
  addEventListener("pageshow", () => buttons.forEach(b => { b.disabled = b.dataset.off === "1" }), {once: true})
})

// ---- filters: choosing is sending ------------------------------------------------------------------
for (const select of $$("form.filters select")) select.addEventListener("change", () => select.form.requestSubmit())

// ---- live regions: announce stages, not every test --------------------------------------------------
let lastStage = ""
document.addEventListener("htmx:after:swap", () => {
  localise()
  const stage = $("#live [data-stage]")
  if (stage && stage.dataset.stage !== lastStage) { lastStage = stage.dataset.stage; const spoken = $("#spoken"); if (spoken) spoken.textContent = stage.dataset.say }
  const title = $("main [data-title]")
  if (title) document.title = title.dataset.title
})
document.addEventListener("htmx:sse:error", () => { const note = $("#connection"); if (note) note.textContent = texts.reconnecting.replace("{time}", new Date().toLocaleTimeString()) })
document.addEventListener("htmx:sse:after:message", () => { const note = $("#connection"); if (note) note.textContent = texts.live })

localise()
runTimer()
openEditor()

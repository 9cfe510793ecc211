// Passkeys: adding one to an account, and signing in by one. Needs a browser that knows WebAuthn.
const $ = selector => document.querySelector(selector)

async function send(path, body) {
  const answer = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body ?? {})})
  const said = await answer.json()
  if (!answer.ok) throw new Error(said.message)
  return said
}

function offer(form, act) {
  if (!form || !window.PublicKeyCredential?.parseCreationOptionsFromJSON) return
  form.hidden = false
  form.addEventListener("submit", async event => {
    event.preventDefault()
    const wrong = form.querySelector(".fault")
    wrong.textContent = ""
    try { location.href = (await act(form)).location } catch (error) { wrong.textContent = error.message }
  })
}

offer($("#add-passkey"), async form => {
  const {state, options} = await send("/account/passkeys/options.json")
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const credential = await navigator.credentials.create({publicKey})
  return send("/account/passkeys.json", {state, credential: credential.toJSON(), name: form.elements.name.value})
})

offer($("#passkey"), async () => {
  const {state, options} = await send("/sign-in/options.json")
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const credential = await navigator.credentials.get({publicKey})
  return send("/sign-in/passkey.json", {state, credential: credential.toJSON()})
})

{{- /*
What all pods have in common. Takes root, process, command, grace (seconds), account (name of the service account); and
where the container answers over HTTP: port (its name), live and ready (paths).
*/}}
{{- define "service.pod" -}}
{{- $values := .root.Values }}
{{- $selector := include "service.selector" . -}}
serviceAccountName: {{ .account }}
# Nothing in it speaks with Kubernetes.
automountServiceAccountToken: false
# A Service called `metrics` would set METRICS_PORT, in a form that the settings refuse.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .grace }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $values.scheduling.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.scheduling.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.scheduling.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- $selector | nindent 8 }}
  {{- end }}
containers:
  - name: {{ .process }}
    image: {{ printf "%s@%s" $values.image.repository $values.image.digest | quote }}
    imagePullPolicy: IfNotPresent
    command: [{{ .command }}]
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    {{- include "service.environment" . | nindent 4 }}
    {{- with include "service.probes" . | trim }}
    {{- . | nindent 4 }}
    {{- end }}
    resources:
      {{- toYaml (get $values .process).resources | nindent 6 }}
    volumeMounts:
      - name: tmp
        mountPath: /tmp
      {{- if $values.certificates.configMap }}
      - name: certificates
        mountPath: /certificates
        readOnly: true
      {{- end }}
volumes:
  - name: tmp
    emptyDir:
      medium: Memory
      sizeLimit: 64Mi
  {{- with $values.certificates.configMap }}
  - name: certificates
    configMap:
      name: {{ . }}
  {{- end }}
{{- end }}

{{- define "service.environment" -}}
{{- if eq .process "migrate" -}}
# Written out: it runs before the ConfigMap is there, or while that is still the last release's.
env:
  {{- range $name, $value := include "service.config" .root | fromYaml }}
  - name: {{ $name }}
    value: {{ $value | quote }}
  {{- end }}
{{- else -}}
envFrom:
  - configMapRef:
      name: {{ .root.Release.Name }}
env:
{{- end }}
  {{- include "service.secrets" .root | trim | nindent 2 }}
{{- end }}

{{- define "service.probes" -}}
{{- if .port }}
ports:
  {{- if eq .port "http" }}
  - name: http
    containerPort: 3000
  {{- end }}
  - name: metrics
    containerPort: 9464
startupProbe:
  {{- include "service.probe" (list .live .port) | nindent 2 }}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  {{- include "service.probe" (list .live .port) | nindent 2 }}
  periodSeconds: 10
  failureThreshold: 3
readinessProbe:
  {{- include "service.probe" (list .ready .port) | nindent 2 }}
  periodSeconds: 5
  failureThreshold: 2
{{- end }}
{{- end }}

{{- /* Takes path and port */}}
{{- define "service.probe" -}}
httpGet:
  path: {{ first . }}
  port: {{ last . }}
timeoutSeconds: 5
{{- end }}

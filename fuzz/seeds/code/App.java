@RestController @RequestMapping("/x")
class App { @GetMapping(value = {"/a", "/b"}) String a() { return @Value("${PORT:80}"); } }
